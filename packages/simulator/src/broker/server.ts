import type { Answer, Clock, Json, Milliseconds, Moment } from '@choirmaster/core/provide'
import { AGENT } from '../agent/act.js'
import type { DropReason, FleetLog } from '../fleet/fleet-log.js'
import type { Fleet } from '../fleet/fleet.js'
import type { Flight } from '../fleet/flight.js'
import { isExpired, type Signed } from '../fleet/signed.js'
import type { Damage } from '../fleet/treatment.js'
import { heap } from '../heap.js'
import { nodeTime } from '../node/node.js'
import { alarm } from './alarm.js'
import { BUILTIN, callOf, rpcBody } from './agents.js'
import { matches } from './filter.js'
import { createReader } from './reader.js'
import type { Genuine, ServerWire } from './wire.js'

/** The Choria servers of all simulated nodes. */
export interface Servers {
  /** A message came to these nodes: to one on its own subject, to all on a broadcast subject. */
  heard(payload: Uint8Array, nodes: readonly string[]): void
  /** From now on time passes for the fleet. */
  start(): void
  stop(): void
}

export interface ServersOptions {
  readonly fleet: Fleet
  readonly wire: ServerWire
  readonly collective: string
  /** The fleet's. */
  readonly clock: Clock
  /** By which requests are signed: other than the fleet's where that runs faster than real time. */
  readonly wall: Clock
  readonly log: FleetLog
  publish(subject: string, payload: Uint8Array): boolean
  /** The fleet has moved on: nodes may have come or gone. */
  moved(): void
}

interface Parcel {
  readonly at: Moment
  readonly order: number
  readonly request: Genuine
  readonly flight: Flight
}

/** Choria's clients wait for the DDL's timeout of 20 s and for discovery's 2 s; a late reply comes after that. */
const CLIENT_WAITS: Milliseconds = 22_000

export function createServers(options: ServersOptions): Servers {
  const { fleet, wire, clock, wall, log } = options
  const read = createReader(wire)
  const parcels = heap<Parcel>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  let order = 0
  // Requests of one turn of the event loop: thousands of copies of one are sent to the fleet at once.
  const incoming = new Map<Genuine, Set<string>>()
  let stopped = false

  const drop = (nodes: readonly string[], why: DropReason, detail: string): void => {
    const at = clock.now()
    fleet.advance(at) // the log is in the order of time
    for (const node of nodes) log.write({ at, node, what: 'dropped', why, detail })
    log.flush()
  }

  const say = (request: Genuine, node: string, body: string, damage?: Damage): void => {
    const sim = fleet.node(node)
    if (sim === undefined) return
    const time = wall.now() + nodeTime(sim, 0)
    const payload = wire.reply({ request, node, body, time, damage })
    options.publish(request.replyTo, payload)
  }

  const tick = (): void => {
    const now = clock.now()
    fleet.advance(now)
    options.moved()
    for (let next = parcels.peek(); next !== undefined && next.at <= now; next = parcels.peek()) {
      parcels.pop()
      const { request, flight } = next
      const { answer } = flight
      if (answer === undefined) continue // it was away when it should have acted
      say(request, flight.node, bodyOf(request, answer), flight.damage)
    }
    bell.set(earlier(fleet.due(), parcels.peek()?.at))
  }
  const bell = alarm(clock, tick)

  const toPuppet = (request: Genuine, nodes: readonly string[], signed: Signed): void => {
    const call = callOf(request.body)
    if (call === undefined) {
      const text = 'Could not parse request: it is no RPC request'
      for (const node of nodes) say(request, node, rpcBody('', { code: 4, text, data: {} }))
      return
    }
    const { action, data } = call
    const flights = fleet.send(
      {
        ...{ agent: AGENT, action, nodes, signed },
        data: data as Readonly<Record<string, Json>>,
        timeoutMs: CLIENT_WAITS,
        changes: true,
      },
      request.caller,
      clock.now(),
    )
    for (const flight of flights) {
      const { arrives, again } = flight
      for (const at of [arrives, again]) {
        if (at !== undefined) parcels.push({ at, order: order++, request, flight })
      }
    }
  }

  const toBuiltin = (request: Genuine, nodes: readonly string[], signed: Signed): void => {
    for (const node of nodes) {
      const sim = fleet.node(node)
      if (sim === undefined || sim.state.away !== undefined) continue
      if (isExpired(sim, clock.now(), signed)) drop([node], 'expired', ageText(signed))
      else {
        const time = wall.now() + nodeTime(sim, 0)
        const body = BUILTIN[request.agent]?.answer(request.body, time)
        if (body !== undefined) say(request, node, body)
      }
    }
  }

  const dispatch = (): void => {
    const requests = [...incoming]
    incoming.clear()
    if (stopped || requests.length === 0) return
    fleet.advance(clock.now())
    for (const [request, asked] of requests) {
      const nodes = [...asked].filter((node) => matches(request.filter, node))
      const signed = { age: wall.now() - request.time, ttl: request.ttl }
      if (request.agent === AGENT) toPuppet(request, nodes, signed)
      else if (request.agent in BUILTIN) toBuiltin(request, nodes, signed)
      else drop(nodes, 'agent', `there is no agent ${request.agent}`)
    }
    tick()
  }

  return {
    heard(payload, nodes) {
      const request = read(payload, wall.now())
      if (request.dropped !== false) return drop(nodes, request.dropped, request.detail)
      if (request.collective !== options.collective) {
        return drop(nodes, 'collective', `it is for the collective ${request.collective}`)
      }
      if (nodes.length === 1 && !matches(request.filter, nodes[0] as string)) {
        return drop(nodes, 'filter', 'its filter is not for this node')
      }
      // Servers remember no requests: what comes twice is done twice.
      if (nodes.some((node) => incoming.get(request)?.has(node))) dispatch()
      if (incoming.size === 0) setImmediate(dispatch)
      const asked = incoming.get(request) ?? new Set()
      incoming.set(request, asked)
      for (const node of nodes) asked.add(node)
    },
    start: tick,
    stop() {
      stopped = true
      bell.stop()
    },
  }
}

function bodyOf(request: Genuine, answer: Answer): string {
  const { action = '' } = callOf(request.body) ?? {}
  return answer.kind === 'reply' ? rpcBody(action, answer) : ''
}

function ageText({ age, ttl }: Signed): string {
  return `it was signed ${Math.round(age / 1000)} s ago, its ttl is ${ttl / 1000} s`
}

function earlier(one: Moment | undefined, other: Moment | undefined): Moment | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}
