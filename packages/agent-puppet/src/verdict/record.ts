import { WHOLE_S } from '../progress.js'
import type { LastRunFacts } from './facts.js'
import { isAtLeast } from './version.js'

/** Whole seconds, and the line that Puppet logs while it writes the summary: a log may reach 1 s past its run. */
const AFTER_S = 1

/**
 * When the run of a record began, seconds of the node's clock: had the run lock, and a server to ask. From Puppet 6.15 on
 * `time.total` is wall time from the process's start, and `time.startup_time` what passed until it had the lock, in splay
 * or waiting for another run; from 5.5 on it was wall time of the run, before that a sum of parts which says nothing:
 * undefined.
 */
export function beganByTotal({
  lastRun,
  seconds,
  puppet,
  startup,
}: LastRunFacts): number | undefined {
  const isWall = seconds !== null && isAtLeast(puppet, 5, 5) === true
  return isWall ? lastRun - seconds + Math.min(startup ?? 0, seconds) : undefined
}

/**
 * Whether the log that was read is of the run that the summary is of. Puppet writes the summary before it sends its
 * report and the log after that, so that for seconds the new counts stand beside an old log; with `report = false`,
 * and on old Puppet when sending failed, for ever. Before Puppet 5.5 nothing tells when the run began, and no log is too old:
 * after its last line a postrun command may take its time.
 */
export function isOfRecord(facts: LastRunFacts): boolean {
  const { logs, lastRun } = facts
  if (!logs.readable || logs.to > lastRun + AFTER_S) return false
  const began = beganByTotal(facts)
  return began === undefined || logs.to >= leastLogEnd(facts, began)
}

/** A run that takes this long logs its last line more than a second after it began: facts and catalog come before. */
const LONG_S = 3

/** What a log of the run ends in at the earliest. */
function leastLogEnd({ lastRun, puppet }: LastRunFacts, began: number): number {
  if (!mayKeepOldLog(puppet)) return began - WHOLE_S
  // It may be of cron's run that ended just before, a second or less.
  return lastRun - began < LONG_S ? began : began + WHOLE_S
}

/** Whether the log of the run before stays where a report could not be sent: Puppet before 6.25, and 7 before 7.11. */
function mayKeepOldLog(puppet: string | null): boolean {
  if (isAtLeast(puppet, 7, 0) === true) return isAtLeast(puppet, 7, 11) !== true
  return isAtLeast(puppet, 6, 25) !== true
}
