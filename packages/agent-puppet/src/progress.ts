import type { Attempt, Milliseconds, NodeStatus, Progress } from '@choirmaster/core/provide'

/**
 * By how many seconds the node's clock may seem to move differently from ours between two statuses: 2 s for the
 * whole seconds that nodes give and for drift, and 22 s for the round trips, since a node reads its clock at some
 * moment between question and answer, and an answer may take as long as the agent's timeout of 20 s and 2 s. A smaller
 * step goes unnoticed here: forwards it can only let in a run that began after the node was enabled, backwards it makes
 * our own run look older than its request, which is for `judge` to weigh (`Attempt.setBackAtMost`).
 */
export const CLOCK_TOLERANCE_S = 24

/**
 * How a run that was requested fares, told from one status (puppet-agent protocol, WAIT). Never needs to have seen
 * the node apply: a short run fits between two polls.
 *
 * - `clock`: the node's clock went another way than ours, or its record of the last run went back.
 * - `running`: applying, also with a new `lastRun`: the report is on its way then, and the logs are the old ones.
 * - `ended`: idle, and a run was recorded that ended after the baseline and after the request, see `hasEnded`.
 * - `lost`: was seen applying, is idle, and nothing was recorded. One such status proves nothing (while the lock is
 *   written the node reads as idle): the engine counts them in `attempt.lostFor` and believes the second in a row.
 * - `not-started`: none of these; the engine's start deadline decides.
 *
 * `foreign` is never told here: whose run it was shows in the evidence, see `judge`.
 * @param elapsedMs how much our clock moved between `attempt.before` and `latest`.
 */
export function progress(attempt: Attempt, latest: NodeStatus, elapsedMs: Milliseconds): Progress {
  const { before } = attempt
  const drift = latest.now - before.now - elapsedMs / 1000
  if (Math.abs(drift) > CLOCK_TOLERANCE_S || wentBack(before.lastRun, latest.lastRun))
    return 'clock'
  if (latest.applying) return 'running'
  if (hasEnded(attempt, latest.lastRun)) return 'ended'
  return attempt.seenApplying ? 'lost' : 'not-started'
}

/** Whether the record of the last run is older than it was; 0 is no record, as when somebody removed the file. */
export function wentBack(before: number, after: number): boolean {
  return after > 0 && after < before
}

/** Whether a run that ended at `lastRun` can be the one that was requested: it ended after baseline and request. */
export function hasEnded(attempt: Attempt, lastRun: number): boolean {
  return lastRun > attempt.before.lastRun && lastRun >= leastEnd(attempt)
}

/**
 * The first second in which the run that was requested can have ended. The agent refuses a request while a run applies, so
 * one that began before a request that it granted had ended by then; ours, a process that is still to load, is never over
 * in the second in which it was started. A daemon that is signalled may be.
 */
export function leastEnd(attempt: Attempt): number {
  return isStarted(attempt) ? attempt.requestedAt + 1 : Math.floor(attempt.requestedAt)
}

/** Nodes tell when a run ended, and when it was requested, in whole seconds: begins are reckoned from both. */
export const WHOLE_S = 1

/**
 * When the run that was requested can have begun at the earliest, as its record tells it. The node's own word is whole as
 * well, and is given once the process is started or the daemon signalled. An estimate is the least that it can be.
 */
export function leastBegin({ acknowledged, requestedAt }: Attempt): number {
  return requestedAt - (acknowledged ? 2 * WHOLE_S : WHOLE_S)
}

/** Whether a process was started for it, and the node said when. */
export function isStarted({ acknowledged, before }: Attempt): boolean {
  return acknowledged && !before.daemon
}
