import type {
  Clock,
  Journal,
  Lease,
  Milliseconds,
  Moment,
  RunStore,
  Transport,
} from '@choirmaster/core'
import type { Answer } from '@choirmaster/core/provide'
import type { Judged } from '../../src/checker/judged.js'

/** From when, seconds since the start of the run, and for how long. */
interface Span {
  readonly at: number
  readonly seconds: number
}

/** What can go wrong on our own side: each is counted under its name. */
export const TROUBLES = [
  'broker-away',
  'clock-apart',
  'identity-ended',
  'interrupt',
  'interrupt-hard',
  'journal-cut',
  'journal-lost',
  'journal-slow',
  'killed',
  'killed-again',
  'lease-unsure',
  'suspended',
  'witness',
  'witness-away',
  'witness-late',
  'witness-lost',
] as const
export type Trouble = (typeof TROUBLES)[number]

export interface Troubles {
  /** Nothing is delivered meanwhile: what is asked never leaves, what is answered is lost. */
  readonly brokerAway?: Span
  /** Seconds after which a certificate or token has ended, or was revoked: nobody hears us any more. */
  readonly identityEnds?: number
  /** The store is asked whether the run is still ours and does not say: at once, or it is silent until the span is over. */
  readonly leaseUnsure?: Span & { readonly silent: boolean }
  /** Seconds that each append takes until it is durable. */
  readonly journalSlow?: number
  /** The process stands still: after this append has become durable, before its request leaves. */
  readonly suspended?: { readonly append: number; readonly seconds: number }
}

/** Ports of a run on which the troubles come down. */
export interface TroubledPorts {
  /** For how long they have held the run up, at most: what the bounds of its end are longer by. */
  readonly hindered: Milliseconds
  readonly standstills: Judged['standstills']
  readonly deaf: Judged['standstills']
  readonly unsure: Judged['standstills']
  readonly clock: Clock
  readonly transport: (transport: Transport) => Transport
  readonly store: (store: RunStore) => RunStore
}

const AWAKE = Promise.resolve()

/**
 * @param clock the fleet's; a process that stands still does not stop it
 * @param met told of each trouble that had an effect
 */
export function troubled(
  clock: Clock,
  { brokerAway, identityEnds = Infinity, journalSlow, leaseUnsure, suspended }: Troubles,
  met: (trouble: Trouble) => void,
): TroubledPorts {
  const start = clock.now()
  const { signal } = new AbortController()
  let hindered = ((brokerAway?.seconds ?? 0) + (leaseUnsure?.seconds ?? 0)) * 1000
  const standstills: { from: Moment; until: Moment }[] = []
  let appends = 0
  /** Until when the process stands still. */
  let still: Moment = 0

  const rest = async (until: Moment): Promise<void> => {
    await clock.sleepUntil(until, signal)
  }
  // Whoever need not sleep gets one and the same promise, which takes as many microtasks as one of its own.
  const pause = (): Promise<void> => (clock.now() < still ? rest(still) : AWAKE)
  /** Lets time go on that waits for an append: one that sleeps wakes in that time only. */
  const letGo = new Set<() => void>()
  const sleep = (until: Moment): Promise<void> => {
    if (clock.now() >= until) return AWAKE
    for (const release of letGo) release()
    letGo.clear()
    return rest(until)
  }
  /** Why nothing is delivered. */
  const cutOff = (): Trouble | undefined => {
    const at = (clock.now() - start) / 1000
    if (at >= identityEnds) return 'identity-ended'
    if (brokerAway === undefined || at < brokerAway.at) return undefined
    return at < brokerAway.at + brokerAway.seconds ? 'broker-away' : undefined
  }

  /** What comes while nothing is delivered is lost, also to a process that stands still. */
  async function* heard(answers: AsyncIterable<Answer>, lost: Answer[]): AsyncIterable<Answer> {
    for await (const answer of answers) {
      const since = cutOff()
      if (since === undefined) {
        yield answer
        continue
      }
      met(since)
      lost.push({ node: answer.node, kind: 'silence', why: 'no-reply' })
    }
  }

  const slow = (journal: Journal): Journal => ({
    ...journal,
    async append(events, seq, call) {
      await sleep(still)
      if (journalSlow !== undefined) {
        met('journal-slow')
        hindered += journalSlow * 1000
        await sleep(clock.now() + journalSlow * 1000)
      }
      await clock.hold(journal.append(events, seq, call))
      appends++
      if (appends === suspended?.append) {
        met('suspended')
        hindered += suspended.seconds * 1000
        still = clock.now() + suspended.seconds * 1000
        standstills.push({ from: clock.now(), until: still })
      }
      await sleep(still)
    },
  })

  const unsure = (lease: Lease): Lease => ({
    ...lease,
    async check() {
      const until = start + ((leaseUnsure?.at ?? 0) + (leaseUnsure?.seconds ?? 0)) * 1000
      const isWithin = clock.now() >= start + (leaseUnsure?.at ?? Infinity) * 1000
      if (isWithin && clock.now() < until) {
        met('lease-unsure')
        if (leaseUnsure?.silent !== true) throw new Error('the run store cannot be reached')
        // Not before it is held, which would never let go.
        await Promise.resolve()
        await sleep(until)
      }
      await lease.check()
    },
  })

  return {
    get hindered() {
      return hindered
    },
    standstills,
    unsure: leaseUnsure === undefined ? [] : [span(start, leaseUnsure)],
    deaf: [
      ...(brokerAway === undefined ? [] : [span(start, brokerAway)]),
      span(start, { at: identityEnds, seconds: Infinity }),
    ],
    clock: {
      now: () => clock.now(),
      async sleepUntil(moment, until) {
        await clock.sleepUntil(moment, until)
        await pause()
      },
      // Else a request leaves seconds after its intent is durable, as no process would send it.
      hold(work) {
        const slept = new Promise<void>((release) => void letGo.add(release))
        const over = work.then(
          () => undefined,
          () => undefined,
        )
        void clock.hold(Promise.race([over, slept]))
        return work
      },
    },
    transport: (transport) => ({
      ...transport,
      async *request(request, call) {
        await pause()
        const why = cutOff()
        if (why !== undefined) {
          met(why)
          for (const node of request.nodes) yield { node, kind: 'silence', why: 'not-sent' }
          return
        }
        const deadline = clock.now() + request.timeoutMs
        const lost: Answer[] = []
        for await (const answer of eagerly(heard(transport.request(request, call), lost))) {
          await pause()
          yield answer
        }
        if (lost.length === 0) return
        if (clock.now() < deadline) await clock.sleepUntil(deadline, call.signal)
        await pause()
        yield* lost
      },
    }),
    store: (store) => ({
      ...store,
      create: async (header, call) => slow(await store.create(header, call)),
      open: async (run, call) => slow(await store.open(run, call)),
      lock: async (...args) => unsure(await store.lock(...args)),
    }),
  }
}

function span(start: Moment, { at, seconds }: Span): { from: Moment; until: Moment } {
  return { from: start + at * 1_000, until: start + (at + seconds) * 1_000 }
}

/** Takes what comes when it comes, however long the one who reads takes for the one before. */
async function* eagerly<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const come: T[] = []
  let wake: () => void = () => undefined
  let isOver = false
  const taken = (async () => {
    try {
      for await (const item of source) {
        come.push(item)
        wake()
      }
    } finally {
      isOver = true
      wake()
    }
  })()
  taken.catch(() => undefined)
  while (!isOver || come.length > 0) {
    if (come.length > 0) yield come.shift() as T
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  await taken
}
