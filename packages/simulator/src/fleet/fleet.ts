import type { Answer, Moment, RpcRequest } from '@choirmaster/core/provide'
import { act, AGENT } from '../agent/act.js'
import { lockMessage } from '../agent/status.js'
import { heap } from '../heap.js'
import { between, draw, nodeSeed } from '../node/draw.js'
import { applying, type NodeState, type SimNode, type Traits } from '../node/node.js'
import { endRun, lockRun, writeReport, writeSummary } from '../node/run.js'
import { FLEET_DEFAULTS, type Scenario } from '../scenario/scenario.js'
import { newState, usualTraits } from './birth.js'
import { FLEET_LOG_SCHEMA, type FleetEffect, type FleetLog } from './fleet-log.js'
import type { NodeEvent, PendingCall } from './node-event.js'
import { firstStrike, rewriteRun, ruleBook, strikes, treatCall, waitingFor } from './rules.js'
import type { Scene } from './scene.js'
import { AGENT_TIMEOUT, REPLY_TRAVELS, usualTreatment } from './treatment.js'

/** One request on its way to one node, as the transport sees it. */
export interface Flight {
  readonly node: string
  /** When the reply is there; undefined: never. */
  readonly arrives: Moment | undefined
  /** When the same reply is there a second time. */
  readonly again: Moment | undefined
  /** Known once the request has acted. */
  answer: Answer | undefined
  readonly silence: 'not-connected' | 'no-reply'
}

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

export interface FleetOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** The fleet's clock when it begins; a saved fleet brings its own. */
  readonly start: Moment
  readonly log: FleetLog
  readonly saved?: SavedFleet
}

/**
 * Simulated nodes. Nothing happens by itself: `advance` makes happen what was due until then, in the order of time, and
 * is called before anything is asked. So a fleet needs no timers, and an hour in which nobody looks costs nothing.
 */
export interface Fleet {
  advance(to: Moment): void
  /** Sends a request at `sent`; answers are known once the fleet has advanced to their arrival. */
  send(request: RpcRequest, caller: string, sent: Moment): readonly Flight[]
  /** Names of the nodes that are connected, in the order in which they came into being. */
  connected(): readonly string[]
  /** Names and patterns of the scenario that no node has matched. */
  unmatched(): readonly string[]
  /** For tests. */
  node(name: string): SimNode | undefined
  save(at: Moment): SavedFleet
}

interface Due {
  readonly at: Moment
  readonly order: number
  readonly node: SimNode
  readonly event: NodeEvent
}

export function createFleet(options: FleetOptions): Fleet {
  const { scenario, log, saved } = options
  const seed = options.seed
  const start = saved?.start ?? options.start
  const defaults = { ...FLEET_DEFAULTS, ...scenario.defaults }
  const rules = ruleBook(scenario)
  const listed = scenario.fleet === undefined ? undefined : new Set(scenario.fleet)
  const nodes = new Map<string, SimNode>()
  const flights = new Map<PendingCall, Flight>()
  const agenda = heap<Due>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  let order = 0
  let reached = saved?.at ?? start

  const sceneOf = (node: SimNode, at: Moment): Scene => ({
    node,
    at,
    defaults,
    log: (effect) => note(node, at, effect),
    later: (ms, event) => schedule(node, at + Math.round(ms), event),
    happened(what) {
      for (const rule of waitingFor(node, what)) {
        const delay = Math.round((rule.limits.delay ?? 0) * 1000)
        schedule(node, at + delay, { kind: 'strike', rule: rule.key })
      }
    },
    rewrite(script, attempt) {
      rewriteRun(node, script, attempt, at - start, (fault) =>
        note(node, at, { what: 'fault', fault }),
      )
    },
  })

  const note = (node: SimNode, at: Moment, effect: FleetEffect): void =>
    log.write({ at, node: node.state.name, ...effect })
  const schedule = (node: SimNode, at: Moment, event: NodeEvent): void =>
    agenda.push({ at, order: order++, node, event })

  const strike = (node: SimNode, at: Moment, key: string): void => {
    const rule = node.rules.find((candidate) => candidate.key === key)
    // The scenario was edited since the fleet was saved.
    if (rule?.kind.strikes !== 'time') return
    note(node, at, { what: 'fault', fault: rule.kind.name })
    rule.kind.time(sceneOf(node, at), rule.params as never)
    const { every } = rule.limits
    if (every !== undefined && strikes(node.state, rule)) {
      schedule(node, at + Math.round(every * 1000), { kind: 'strike', rule: key })
    }
  }

  const acts = (node: SimNode, at: Moment, call: PendingCall): void => {
    const { away } = node.state
    const flight = flights.get(call)
    flights.delete(call)
    const { call: number, action, caller, data, sent, treatment } = call
    if (away !== undefined) {
      note(node, at, { what: 'unheard', call: number, action, caller, sent, why: away.why })
      return
    }
    note(node, at, { what: 'request', call: number, action, caller, data, sent })
    const scene = sceneOf(node, at)
    const { code, text, data: answer } = act(scene, call)
    note(node, at, { what: 'answer', call: number, action, code, text, fate: treatment.reply })
    scene.happened('asked')
    if (flight) flight.answer = { node: flight.node, kind: 'reply', code, text, data: answer }
  }

  const happen = ({ node, at, event }: Due): void => {
    switch (event.kind) {
      case 'act':
        return acts(node, at, event.call)
      case 'killed-call': {
        const { call, action, caller, sent } = event.call
        return note(node, at, { what: 'unheard', call, action, caller, sent, why: 'killed' })
      }
      case 'lock':
        return lockRun(sceneOf(node, at), event.run)
      case 'summary':
        return writeSummary(sceneOf(node, at), event.run)
      case 'report':
        return writeReport(sceneOf(node, at), event.run)
      case 'unlock':
      case 'kill':
        return endRun(sceneOf(node, at), event.run, event.kind)
      case 'unstick':
        node.state.stuck = false
        return
      case 'up': {
        const until = node.state.away?.until
        if (typeof until !== 'number' || until > at) return
        node.state.away = undefined
        return note(node, at, { what: 'up' })
      }
      case 'strike':
        return strike(node, at, event.rule)
    }
  }

  const advance = (to: Moment): void => {
    for (let due = agenda.peek(); due !== undefined && due.at <= to; due = agenda.peek()) {
      agenda.pop()
      happen(due)
    }
    reached = Math.max(reached, to)
    log.flush()
  }

  const traitsOf = (bound: SimNode['rules']): Traits => {
    const traits = usualTraits()
    for (const { kind, params } of bound) {
      if (kind.strikes === 'always') kind.traits?.(traits, params as never)
    }
    return traits
  }

  /** Brings a node into being at `at`, or back from the state file. */
  const bear = (name: string, at: Moment, kept?: NodeState): SimNode => {
    const ownSeed = kept?.seed ?? nodeSeed(seed, name)
    const bound = rules.rulesOf(name, ownSeed)
    const traits = traitsOf(bound)
    const node: SimNode = {
      state: kept ?? newState(name, ownSeed, traits, start),
      traits,
      rules: bound,
    }
    nodes.set(name, node)
    const due: string[] = []
    for (const rule of bound) {
      const first = firstStrike(rule, start)
      const known = node.state.hits[rule.key] !== undefined
      if (known || (first === undefined && rule.kind.strikes !== 'always')) continue
      if (!strikes(node.state, rule)) continue
      if (rule.kind.strikes === 'always') rule.kind.born?.(sceneOf(node, at), rule.params as never)
      else if (first !== undefined && first > at) {
        schedule(node, first, { kind: 'strike', rule: rule.key })
      } else due.push(rule.key)
    }
    note(node, at, {
      what: 'node',
      enabled: node.state.lock === null,
      message: node.state.lock === null ? null : lockMessage(node),
      applying: applying(node),
      faults: bound.map(({ kind }) => kind.name),
    })
    for (const key of due) strike(node, at, key)
    return node
  }

  const send = (request: RpcRequest, caller: string, sent: Moment): readonly Flight[] => {
    const { agent, action, data, timeoutMs } = request
    const targets = [...new Set(request.nodes)].map((name) => {
      const known = nodes.get(name)
      if (known !== undefined || (listed !== undefined && !listed.has(name)))
        return [name, known] as const
      return [name, bear(name, sent)] as const
    })
    // What befalls a node at its birth has happened before the request is sent.
    advance(sent)
    return targets.map(([name, node]): Flight => {
      const lost = (silence: Flight['silence']): Flight => ({
        node: name,
        arrives: undefined,
        again: undefined,
        answer: undefined,
        silence,
      })
      if (node === undefined) return lost('not-connected')
      node.state.calls += 1
      const call = node.state.calls
      const unheard = (why: 'not-connected' | 'no-reply' | 'no-agent'): Flight => {
        note(node, sent, { what: 'unheard', call, action, caller, sent, why })
        return lost(why === 'not-connected' ? why : 'no-reply')
      }
      if (node.state.away?.why === 'not-connected') return unheard('not-connected')
      if (agent !== AGENT) return unheard('no-agent')
      const usual = between(...defaults.reply, draw(node.state.seed, 'delay', call)) * 1000
      const treatment = usualTreatment(Math.round(usual))
      treatCall(node, treatment, { action, timeoutMs }, sent - start, (fault) =>
        note(node, sent, { what: 'fault', fault }),
      )
      if (!treatment.heard) return unheard('no-reply')
      const pending: PendingCall = { call, action, caller, data, sent, treatment }
      const { delay, actsAfter, reply } = treatment
      if (actsAfter === undefined && delay > AGENT_TIMEOUT) {
        schedule(node, sent + AGENT_TIMEOUT, { kind: 'killed-call', call: pending })
        return lost('no-reply')
      }
      const actsAt = sent + Math.round(actsAfter ?? Math.max(0, delay - REPLY_TRAVELS))
      schedule(node, actsAt, { kind: 'act', call: pending })
      const arrives = reply === 'lost' ? undefined : sent + Math.round(delay)
      const flight: Flight = {
        node: name,
        arrives,
        again:
          reply === 'twice' && arrives !== undefined
            ? arrives + Math.round(treatment.later)
            : undefined,
        answer: undefined,
        silence: 'no-reply',
      }
      flights.set(pending, flight)
      return flight
    })
  }

  log.write({ at: reached, what: 'fleet', schema: FLEET_LOG_SCHEMA, seed })
  for (const state of saved?.nodes ?? []) bear(state.name, reached, state)
  for (const { at, node: name, event } of saved?.events ?? []) {
    const node = nodes.get(name)
    if (node) schedule(node, at, event)
  }
  for (const name of listed ?? []) if (!nodes.has(name)) bear(name, reached)

  return {
    advance,
    send,
    connected: () =>
      [...nodes.values()]
        .filter(({ state }) => state.away === undefined)
        .map(({ state }) => state.name),
    unmatched: () => rules.unmatched(),
    node: (name) => nodes.get(name),
    save(at) {
      advance(at)
      const events = agenda.items().toSorted((a, b) => a.at - b.at || a.order - b.order)
      return {
        seed,
        start,
        at: reached,
        nodes: [...nodes.values()].map(({ state }) => state),
        events: events.map(({ at: due, node, event }) => ({
          at: due,
          node: node.state.name,
          event,
        })),
      }
    },
  }
}
