import type { Answer, Call, Clock, Moment, Notice, Transport } from '@choirmaster/core/provide'
import type { Fleet } from './fleet.js'
import type { Flight } from './flight.js'

/** How Choria servers name the operator's certificate. */
export const SIMULATED_CALLER = 'choria=simulator.mcollective'
/** 2 x the ttl of 30 s that changes are signed with (promises, S16). */
const OPEN_FOR = 60_000

const STRAYS = {
  late: 'a reply came after its time was up',
  duplicate: 'the same reply came twice',
  damaged: 'a reply was rejected: it is damaged or not proven',
} as const

interface Stray {
  readonly node: string
  readonly at: Moment
  readonly what: keyof typeof STRAYS
}

export interface SimulatedTransportOptions {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly caller?: string
  notice?(notice: Notice): void
  /** Told before a request leaves that changes nodes. */
  changes?(): void
}

/** Speaks to a simulated fleet; every wait is the clock's. */
export function simulatedTransport(options: SimulatedTransportOptions): Transport {
  const { fleet, clock, caller = SIMULATED_CALLER } = options
  let strays: Stray[] = []

  const tellStrays = (now: Moment): void => {
    if (!strays.some(({ at }) => at <= now)) return
    for (const { node, at, what } of strays) {
      if (at > now) continue
      options.notice?.({
        level: 'debug',
        code: `transport-${what}-reply`,
        message: `${node}: ${STRAYS[what]}`,
      })
    }
    strays = strays.filter(({ at }) => at > now)
  }
  const catchUp = (): Moment => {
    const now = clock.now()
    fleet.advance(now)
    tellStrays(now)
    return now
  }
  const silence = ({ node, silence: why }: Flight): Answer => ({ node, kind: 'silence', why })

  return {
    caller,
    openFor: OPEN_FOR,
    async *request(request, call) {
      call.signal.throwIfAborted()
      // A real transport has signed the request by now: what follows is that it leaves.
      if (!(await maySend(call))) {
        for (const node of request.nodes) yield { node, kind: 'silence', why: 'not-sent' }
        return
      }
      const sent = catchUp()
      const deadline = sent + request.timeoutMs
      const silent: Flight[] = []
      const arriving: Flight[] = []
      if (request.changes) options.changes?.()
      const flights = fleet.send(request, caller, sent)
      for (const flight of flights) {
        const { node, arrives, again, damage } = flight
        if (again !== undefined) strays.push({ node, at: again, what: 'duplicate' })
        const what = damage === undefined ? 'late' : 'damaged'
        if (what === 'late' && arrives !== undefined && arrives <= deadline) arriving.push(flight)
        else {
          if (arrives !== undefined) strays.push({ node, at: arrives, what })
          if (flight.silence === 'no-reply') silent.push(flight)
        }
      }
      for (const flight of flights) {
        if (flight.silence === 'not-connected') yield silence(flight)
      }
      // Sorting is stable: replies of one moment come in the order of the request.
      arriving.sort((a, b) => (a.arrives ?? 0) - (b.arrives ?? 0))
      for (let index = 0; index < arriving.length;) {
        await clock.sleepUntil((arriving[index] as Flight).arrives ?? sent, call.signal)
        const now = catchUp()
        for (; index < arriving.length; index += 1) {
          const flight = arriving[index] as Flight
          if ((flight.arrives ?? 0) > now) break
          if (flight.answer === undefined) silent.push(flight)
          else yield flight.answer
        }
      }
      if (silent.length === 0) return
      await clock.sleepUntil(deadline, call.signal)
      catchUp()
      for (const flight of silent) yield silence(flight)
    },
    async connect(node, port, call) {
      catchUp()
      await clock.sleepUntil(clock.now() + CONNECT_TAKES, call.signal)
      catchUp()
      const found = fleet.port(node)
      if (found === 'refuses') throw new Error(`connection to ${node}:${port} refused`)
      // Whoever drops packets is waited for until the caller has enough.
      if (found === 'drops') await clock.sleepUntil(Infinity, call.signal)
    },
    async *discover(_agent, call) {
      await clock.sleepUntil(clock.now() + DISCOVERY_TAKES, call.signal)
      catchUp()
      yield* fleet.connected()
    },
  }
}

async function maySend({ beforeSend }: Call): Promise<boolean> {
  return (beforeSend?.() ?? Promise.resolve()).then(
    () => true,
    () => false,
  )
}

/** Round trip in a data centre, ms. */
const CONNECT_TAKES = 1
/** A broadcast collects answers for 2 s (Choria's default discovery timeout), ms. */
const DISCOVERY_TAKES = 2000
