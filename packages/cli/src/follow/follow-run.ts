import {
  type HeldLock,
  isCodedError,
  type JournalTail,
  type Milliseconds,
  type RunEvent,
  type RunReport,
  type RunStore,
} from '@choirmaster/core'
import { findRun } from '../find-run.js'
import { lockOf } from '../lock-of.js'
import type { Io } from '../io.js'
import { withoutEvents } from '../read-events.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import type { Colours } from '../views/colour.js'
import { holderState } from '../views/holder-text.js'
import type { Ticker } from '../views/live-line.js'
import { shownRun, type ShownRun } from './shown-run.js'
import { catchStop, READER_GONE, type Stop } from './stop-watching.js'

/** How late a line may be; each look at the journal costs one request to a broker, or a look at a file's size. */
const LOOK_MS: Milliseconds = 1_000
/** A holder gives a sign of life so often: to ask more often tells nothing new. */
const HOLDER_MS: Milliseconds = 5_000

export interface FollowInput {
  readonly session: Session
  readonly io: Io
  readonly colours: Colours
  /** Id of the run, the beginning of one, or `last`. */
  readonly word: string
  /** Events on standard output, one a line, and what is said besides on standard error. */
  readonly json: boolean
  /** Default: a timer. */
  readonly ticker?: Ticker
}

export interface Followed {
  /** That of the run; of a watching that ended before it, as of a program that a signal ended. */
  readonly exit: number
  /** Absent: the watching ended before the run. */
  readonly report?: RunReport
}

/**
 * Shows a run from its journal until it ends, whoever works on it and wherever. Reads only: the run knows nothing of it,
 * and an interrupt ends the watching alone.
 * @throws CodedError of the store; `run-none`, `run-ambiguous`, `run-without-events`
 */
export async function followRun(input: FollowInput): Promise<Followed> {
  const store = await input.session.openStore()
  const run = await findRun(store, input.word, 'RUN')
  const journal = await store.open(run, whole)
  async function* before(seq: number): AsyncGenerator<RunEvent> {
    let left = seq
    for await (const event of journal.read(0, whole)) {
      if (left-- === 0) return
      yield event
    }
  }
  const stop = catchStop(input.io.signals)
  const shown = shownRun(input, run, before)
  try {
    const left = stop.asked.then((exit): Followed => ({ exit }))
    // A store that does not answer keeps nobody here.
    const followed = await Promise.race([
      left,
      watch({ ...input, store, run, shown, stop, tail: journal.tail() }),
    ])
    if (stop.signal.aborted) {
      shown.tell(`Not watched any more; run ${run} is left as it is`)
    }
    return followed
  } finally {
    stop.dispose()
    shown.close()
    await journal.close?.()
  }
}

interface Watching extends FollowInput {
  readonly store: RunStore
  readonly run: string
  readonly tail: JournalTail
  readonly shown: ShownRun
  readonly stop: Stop
}

async function watch(watching: Watching): Promise<Followed> {
  const { io, tail, shown, stop } = watching
  const { clock } = watching.session
  const tellOfHolder = holderTeller(watching)
  async function readOn(): Promise<boolean> {
    let any = false
    for await (const part of tail.more(whole)) {
      await shown.take(part)
      any = true
    }
    return any
  }
  await clock.hold(readOn())
  shown.isLive()
  for (let due = clock.now(); shown.ended === undefined;) {
    if (clock.now() >= due) {
      await clock.hold(tellOfHolder(readOn))
      due = clock.now() + HOLDER_MS
    }
    if (io.stdout.gone === true) return { exit: READER_GONE }
    await clock.sleepUntil(clock.now() + LOOK_MS, stop.signal).catch(() => undefined)
    if (stop.signal.aborted) return { exit: await stop.asked }
    if (await clock.hold(readOn())) due = clock.now() + HOLDER_MS
  }
  return shown.ended
}

/**
 * Tells of the holder of a run that is quiet when he is gone, and when he, or another one, is there again.
 * @throws CodedError `run-without-events`
 */
function holderTeller({ store, run, shown }: Watching) {
  let told: string | undefined
  return async (readOn: () => Promise<boolean>): Promise<void> => {
    let holder: HeldLock | undefined
    try {
      holder = await lockOf(store, run)
    } catch (error) {
      if (!isCodedError(error)) throw error
      // Locks that cannot be read hide no event: that is told once.
      if (told !== error.code) shown.tell(`Who holds the run is not known: ${error.message}`)
      told = error.code
      return
    }
    // A run ends before it gives its nodes back: what it wrote at last may have come since.
    if (holder === undefined && (await readOn())) return
    const isGone = holder === undefined || holder.gone
    if (isGone && !shown.isBegun) throw withoutEvents(run)
    const state = holderState(holder)
    if (state !== told && (isGone || told !== undefined)) shown.tellOf(holder)
    told = state
  }
}
