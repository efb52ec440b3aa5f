import type { Moment } from '@choirmaster/core/provide'
import { heap } from '../heap.js'
import { nodeSeed } from '../node/draw.js'
import type { NodeState, SimNode } from '../node/node.js'
import { FLEET_DEFAULTS, type Scenario } from '../scenario/scenario.js'
import { newState, traitsOf, welcome } from './birth.js'
import { lostFlight, send, type Flight } from './flight.js'
import { FLEET_LOG_SCHEMA, type FleetEffect, type FleetLog } from './fleet-log.js'
import { happen } from './happen.js'
import type { NodeEvent, PendingCall } from './node-event.js'
import { rewriteRun, ruleBook, waitingFor } from './rules.js'
import type { Scene } from './scene.js'
import type { FleetRequest } from './signed.js'

/** A fleet between two commands. */
export interface SavedFleet {
  readonly seed: number
  /** The fleet's clock when it began, and when it was saved. */
  readonly start: Moment
  readonly at: Moment
  readonly nodes: readonly NodeState[]
  readonly events: readonly {
    readonly at: Moment
    readonly node: string
    readonly event: NodeEvent
  }[]
}

/** What happened to some nodes until `at`. */
export interface FleetChange {
  readonly at: Moment
  readonly nodes: readonly {
    readonly state: NodeState
    /** All that is going to happen to it. */
    readonly events: readonly { readonly at: Moment; readonly event: NodeEvent }[]
  }[]
}

export interface FleetOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** The fleet's clock when it begins; a saved fleet brings its own. */
  readonly start: Moment
  readonly log: FleetLog
  readonly saved?: SavedFleet
  /** Told whenever something has happened to nodes, before anybody can ask them. */
  changed?(change: FleetChange): void
}

/**
 * Simulated nodes. Nothing happens by itself: `advance` makes happen what was due until then, in the order of time, and
 * is called before anything is asked. So a fleet needs no timers, and an hour in which nobody looks costs nothing.
 */
export interface Fleet {
  advance(to: Moment): void
  /** When something happens next; undefined: never, unless it is asked. */
  due(): Moment | undefined
  /** Sends a request at `sent`; answers are known once the fleet has advanced to their arrival. */
  send(request: FleetRequest, caller: string, sent: Moment): readonly Flight[]
  /** What a TCP port of the node does at the moment to which the fleet has advanced. */
  port(name: string): 'open' | 'refuses' | 'drops'
  /** Names of the nodes that are connected, in the order in which they came into being. */
  connected(): readonly string[]
  /** Names and patterns of the scenario that no node has matched. */
  unmatched(): readonly string[]
  /** For tests. */
  node(name: string): SimNode | undefined
  /** As it is at the moment to which it has advanced. */
  save(): SavedFleet
}

interface Due {
  readonly at: Moment
  readonly order: number
  readonly node: SimNode
  readonly event: NodeEvent
}

export function createFleet(options: FleetOptions): Fleet {
  const { scenario, seed, log, saved } = options
  const start = saved?.start ?? options.start
  const defaults = { ...FLEET_DEFAULTS, ...scenario.defaults }
  const rules = ruleBook(scenario)
  const listed = scenario.fleet === undefined ? undefined : new Set(scenario.fleet)
  const nodes = new Map<string, SimNode>()
  const flights = new Map<PendingCall, Flight>()
  const agenda = heap<Due>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  let order = 0
  let reached = saved?.at ?? start

  const schedule = (node: SimNode, at: Moment, event: NodeEvent): void =>
    agenda.push({ at, order: order++, node, event })

  const touched = new Set<SimNode>()
  const tellChanges = (): void => {
    if (options.changed === undefined || touched.size === 0) return
    const events = new Map([...touched].map((node): [SimNode, Due[]] => [node, []]))
    touched.clear()
    for (const due of agenda.items()) events.get(due.node)?.push(due)
    const nodes = [...events].map(([{ state }, dues]) => ({
      state,
      events: inOrder(dues).map(({ at, event }) => ({ at, event })),
    }))
    options.changed({ at: reached, nodes })
  }

  const sceneOf = (node: SimNode, at: Moment): Scene => {
    const note = (effect: FleetEffect): void => log.write({ at, node: node.state.name, ...effect })
    return {
      node,
      at,
      defaults,
      log: note,
      later: (ms, event) => schedule(node, at + Math.round(ms), event),
      happened(what) {
        for (const { key, limits } of waitingFor(node, what)) {
          const delay = Math.round((limits.delay ?? 0) * 1000)
          schedule(node, at + delay, { kind: 'strike', rule: key })
        }
      },
      rewrite(script, attempt) {
        rewriteRun(node, script, attempt, at - start, (fault) => note({ what: 'fault', fault }))
      },
    }
  }

  const advance = (to: Moment): void => {
    for (let due = agenda.peek(); due !== undefined && due.at <= to; due = agenda.peek()) {
      agenda.pop()
      const { node, at, event } = due
      touched.add(node)
      const reply = happen(sceneOf(node, at), event)
      if (event.kind !== 'act') continue
      const flight = flights.get(event.call)
      flights.delete(event.call)
      if (flight && reply) flight.answer = { node: flight.node, kind: 'reply', ...reply }
    }
    reached = Math.max(reached, to)
    log.flush()
    tellChanges()
  }

  /** Brings a node into being at `at`, or back from the state file. */
  const bear = (name: string, at: Moment, kept?: NodeState): SimNode => {
    const ownSeed = kept?.seed ?? nodeSeed(seed, name)
    const bound = rules.rulesOf(name, ownSeed)
    const traits = traitsOf(bound)
    const state = kept ?? newState(name, ownSeed, traits, start)
    const node: SimNode = { state, traits, rules: bound }
    nodes.set(name, node)
    touched.add(node)
    welcome(sceneOf(node, at), start)
    return node
  }

  log.write({ at: reached, what: 'fleet', schema: FLEET_LOG_SCHEMA, seed })
  for (const state of saved?.nodes ?? []) bear(state.name, reached, state)
  for (const { at, node: name, event } of saved?.events ?? []) {
    const node = nodes.get(name)
    if (node) schedule(node, at, event)
  }
  for (const name of listed ?? []) if (!nodes.has(name)) bear(name, reached)
  touched.clear() // whoever keeps the fleet begins with the whole of it

  return {
    advance,
    send(request, caller, sent) {
      const targets = [...new Set(request.nodes)].map((name) => {
        const known = nodes.get(name)
        const stranger = known === undefined && listed !== undefined && !listed.has(name)
        return [name, stranger ? undefined : (known ?? bear(name, sent))] as const
      })
      // What befalls a node at its birth has happened before the request is sent.
      advance(sent)
      return targets.map(([name, node]) => {
        if (node === undefined) return lostFlight(name, 'not-connected')
        return send(sceneOf(node, sent), request, caller, sent - start, (call, flight) =>
          flights.set(call, flight),
        )
      })
    },
    due: () => agenda.peek()?.at,
    port: (name) => portOf(nodes.get(name), reached),
    connected: () =>
      [...nodes.values()]
        .filter(({ state }) => state.away === undefined)
        .map(({ state }) => state.name),
    unmatched: () => rules.unmatched(),
    node: (name) => nodes.get(name),
    save: () => ({
      ...{ seed, start, at: reached },
      nodes: [...nodes.values()].map(({ state }) => state),
      events: inOrder(agenda.items()).map(({ at, node, event }) => ({
        at,
        node: node.state.name,
        event,
      })),
    }),
  }
}

/** A machine that is away says nothing; one that nobody knows refuses. */
function portOf(node: SimNode | undefined, at: Moment): 'open' | 'refuses' | 'drops' {
  if (node === undefined) return 'refuses'
  const { state, traits } = node
  if (state.away !== undefined) return 'drops'
  if (traits.ports === 'open') return 'open'
  const { closedFor, drops } = traits.ports
  const opens = closedFor === null ? Infinity : (state.record?.written ?? 0) + closedFor
  return at >= opens ? 'open' : drops ? 'drops' : 'refuses'
}

function inOrder(dues: readonly Due[]): readonly Due[] {
  return dues.toSorted((a, b) => a.at - b.at || a.order - b.order)
}
