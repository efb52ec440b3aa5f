import { hasEnded, wentBack } from '../progress.js'
import { isAtLeast } from './version.js'
import type { Case, Rule } from './rule.js'

/** Whole seconds on both sides of the comparison: a run that began this long before the request may be ours. */
const START_TOLERANCE_S = 2

/** Is it decidable, and is it our run? */
export const OWNERSHIP: readonly Rule<Case>[] = [
  {
    code: 'puppet-still-applying',
    result: 'again',
    title: 'A run applies, so what was read may be of two runs',
    applies: ({ settled }) =>
      settled.applying ? 'a Puppet run applies; its log is not written yet' : undefined,
  },
  {
    code: 'puppet-clock-stepped',
    result: 'unknown',
    title: "The node's clock went back, so its times prove nothing",
    applies: ({ attempt: { before }, settled, facts }) =>
      settled.now < before.now ||
      settled.now < settled.lastRun - 1 ||
      wentBack(before.lastRun, facts.lastRun)
        ? "the node's clock was set back, so its times prove nothing"
        : undefined,
  },
  {
    code: 'puppet-summary-moved',
    result: 'again',
    title: 'Summary and status speak of different runs',
    applies: ({ settled, facts }) =>
      facts.lastRun === settled.lastRun
        ? undefined
        : 'its status and its summary speak of different runs',
  },
  {
    code: 'puppet-run-died',
    result: 'failed',
    title: 'A run was seen and recorded nothing',
    applies: ({ attempt, facts }) =>
      attempt.seenApplying && !hasEnded(attempt, facts.lastRun)
        ? 'the run was seen and recorded nothing: it was killed, or the node went down; what it started may run on'
        : undefined,
  },
  {
    code: 'puppet-no-run',
    result: 'unknown',
    title: 'No run was recorded since the request',
    applies: ({ attempt, facts }) =>
      hasEnded(attempt, facts.lastRun) ? undefined : 'no run was recorded since it was requested',
  },
  {
    code: 'puppet-apply-run',
    result: 'foreign',
    title: 'The last run is one of puppet apply',
    applies: ({ facts }) =>
      facts.runMode === 'user'
        ? 'the last run is one of puppet apply, not of the agent'
        : undefined,
  },
  {
    code: 'puppet-foreign-run',
    result: 'foreign',
    title: 'The run began before our request',
    applies: (c) =>
      beganAt(c) < c.attempt.requestedAt - START_TOLERANCE_S
        ? 'the run that was recorded began before ours was requested'
        : undefined,
  },
]

/**
 * When the run began at the latest, seconds of the node's clock. `time.total` is wall time from Puppet 5.5 on (from
 * the process's start since 6.15), before that a sum of parts which says nothing; the first line of the log does on
 * all versions, where it is of a run since the baseline.
 */
function beganAt({ attempt, facts }: Case): number {
  const { logs, lastRun, seconds, puppet } = facts
  const byTotal = seconds !== null && isAtLeast(puppet, 5, 5) === true ? lastRun - seconds : lastRun
  const isNew = logs.readable && logs.to > attempt.before.lastRun + 1 && logs.to <= lastRun + 1
  return isNew ? Math.min(byTotal, logs.from) : byTotal
}
