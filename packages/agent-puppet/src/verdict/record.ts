import type { LastRunFacts } from './facts.js'
import { isAtLeast } from './version.js'

/** Whole seconds, and the line that Puppet logs while it writes the summary: a log may reach 1 s past its run. */
const AFTER_S = 1
/** Before Puppet 5.5, which does not tell how long a run took: a postrun command may take so long after the last line. */
const SILENT_S = 10

/**
 * When the run of a record began, seconds of the node's clock: had the run lock. From Puppet 6.15 on `time.total` is wall time
 * from the process's start, and `time.startup_time` what passed until it had the lock, in splay or waiting for another
 * run; from 5.5 on it was wall time of the run, before that a sum of parts which says nothing: undefined.
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

/** A run that takes this long logs its last line more than a second after it began: facts and catalog come before. */
const LONG_S = 3

/**
 * Whether the log that was read is of the run that the summary is of. Puppet writes the summary before it sends its
 * report and the log after that, so that for seconds the new counts stand beside an old log; with `report = false`,
 * and on Puppet before 6.25 and 7.11 when sending failed, for ever. That log may be of a run that had ended just before.
 */
export function isOfRecord(facts: LastRunFacts): boolean {
  const { logs, lastRun } = facts
  return logs.readable && logs.to >= leastEnd(facts) && logs.to <= lastRun + AFTER_S
}

/** What a log of the run ends in at the earliest; begins are reckoned from ends in whole seconds. */
function leastEnd(facts: LastRunFacts): number {
  const began = beganByTotal(facts)
  if (began === undefined) return facts.lastRun - SILENT_S
  return facts.lastRun - began < LONG_S ? began : began + 1
}
