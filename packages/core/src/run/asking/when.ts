import type { Moment } from '../../ports/clock.js'
import type { Limits } from '../options.js'
import type { RunTimes } from '../indexes/run-times.js'

/*
 * When a node is asked next. Pure, and the only place that knows: a status costs the real agent 1.2 s of processor
 * time (puppet-agent notes, 3.1), so every question has to be worth it. What knows that a run is over without asking
 * the node brings the question forward here; that the run is over is believed of the node alone.
 */

/** Things due within a quarter second leave as one request. */
const SOON_MS = 250
/** A status is asked so long after a moment that it must not precede: the answer proves more than the rounding hides. */
const AFTER_MS = 250
/** Polls of all nodes that wait are one request a second at most. */
const TICK_MS = 1_000
/** A long wait is asked about less often: after a tenth of the time that it has taken, a minute at most. */
const GROWTH = 0.1
const LONGEST_PAUSE_MS = 60_000

/** Where a witness would tell of the end, only runs that nobody tells of are looked for: killed ones, lost reports. */
const WITNESSED_GROWTH = 0.5
const LONGEST_WITNESSED_MS = 300_000

/**
 * As soon as possible from a moment on, together with what else is due then. What is heard from that moment on is
 * gathered until then, as nothing that follows from it would leave earlier.
 */
export function soon(at: Moment): Moment {
  return Math.ceil(at / SOON_MS) * SOON_MS
}

/** As soon as the answer is one to a question asked after the moment. */
export function justAfter(at: Moment): Moment {
  return soon(at + AFTER_MS)
}

/** A wait that began at `since` and whose end nobody can guess: somebody else's run, a silence. */
export function askWaiting(limits: Limits, since: Moment, at: Moment): Moment {
  const pause = Math.min(
    Math.max(limits.poll, (at - since) * GROWTH),
    Math.max(LONGEST_PAUSE_MS, limits.poll),
  )
  return tick(at + pause)
}

/** A run of ours that is in flight, or may be. */
export interface InFlight {
  readonly requestedAt: Moment
  /** How long the node's runs take against what is usual, as far as past runs tell; else 1. */
  readonly factor: number
  /** A status asked after this moment tells that the run never started; null: it was seen to apply. */
  readonly startBy: Moment | null
  /** A status asked from this moment on tells that the run is over its limit. */
  readonly deadline: Moment
  /** `expected`: a witness answers that will tell of the end; `told`: it has; `none`: there is none. */
  readonly witness: 'none' | 'expected' | 'told'
}

/**
 * A status is worth it when the run has, on the average, been over for this part of `limits.poll`: 0.6 s of waiting
 * for 1.2 s of the node's processor. The bench of the makespan draws the curve.
 */
const WORTH = 1 / 8
/** Few are left when so large a part of the runs is over: to ask these often costs little, and much may wait for them. */
const FEW = 0.1
const FEW_GROWTH = 0.02

/**
 * The node has just taken the request for a run, or may have. Asked early once: a run that was seen to apply and dies is
 * told from one that never started, which would be requested again.
 * @param witnessed whether a witness answers: then it is asked when the run must have begun
 */
export function askRequested(limits: Limits, at: Moment, witnessed: boolean): Moment {
  return tick(at + (witnessed ? Math.max(limits.poll, limits.start) : limits.poll))
}

/**
 * The node was heard at `at`, and its run was not over. Asked again when that is worth it, and in time for a moment
 * that an answer is needed for.
 */
export function askRunning(limits: Limits, times: RunTimes, run: InFlight, at: Moment): Moment {
  const next = askInFlight(limits, times, run, at)
  if (run.startBy !== null) return Math.min(next, Math.max(at, run.startBy) + 1)
  return next > run.deadline && at < run.deadline ? run.deadline : next
}

function askInFlight(limits: Limits, times: RunTimes, run: InFlight, at: Moment): Moment {
  const { requestedAt, witness } = run
  if (witness === 'none') return askWhenWorthIt(limits, times, run, at)
  // Its report is there, so its lock is gone in a moment.
  if (witness === 'told') return tick(at + TICK_MS)
  const pause = Math.max(LONGEST_PAUSE_MS, limits.poll, (at - requestedAt) * WITNESSED_GROWTH)
  return tick(at + Math.min(pause, Math.max(LONGEST_WITNESSED_MS, limits.poll)))
}

/** By what is known of run times, never sooner than `limits.poll`. */
function askWhenWorthIt(
  limits: Limits,
  times: RunTimes,
  { requestedAt, factor }: InFlight,
  at: Moment,
): Moment {
  const second = 1000 * factor
  const age = Math.max(0, at - requestedAt) / second
  const worth = requestedAt + second * times.overFor(age, (limits.poll / second) * WORTH)
  const few = times.longerThan(age) < FEW
  const most = few ? Math.min(LONGEST_PAUSE_MS, age * second * FEW_GROWTH) : worth - at
  return tick(at + Math.max(limits.poll, Math.min(worth - at, most)))
}

function tick(at: Moment): Moment {
  return Math.ceil(at / TICK_MS) * TICK_MS
}
