import { hasEnded, leastBegin, wentBack, WHOLE_S } from '../progress.js'
import { beganByTotal, isOfRecord } from './record.js'
import type { Case, Rule } from './rule.js'

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
    applies: ({ attempt: { seenApplying, before }, facts }) =>
      seenApplying && facts.lastRun <= before.lastRun
        ? 'the run was seen and recorded nothing: it was killed, or the node went down; what it started may run on'
        : undefined,
  },
  {
    code: 'puppet-no-run',
    result: 'unknown',
    title: 'No run was recorded since the request',
    applies: ({ attempt: { before }, facts }) =>
      facts.lastRun <= before.lastRun ? 'no run was recorded since it was requested' : undefined,
  },
  {
    code: 'puppet-apply-run',
    result: 'unknown',
    title: 'The last run is one of puppet apply, and may stand over the record of ours',
    applies: ({ facts }) =>
      facts.runMode === 'user'
        ? 'the last run is one of puppet apply, not of the agent; it does not wait for others, so ours may have run too'
        : undefined,
  },
  {
    code: 'puppet-foreign-run',
    result: 'foreign',
    title: "The run is somebody else's: it began before our request",
    applies: (c) =>
      isOlder(c) && isForeign(c)
        ? 'the run that was recorded began before ours was requested'
        : undefined,
  },
  {
    code: 'puppet-older-run',
    result: 'unknown',
    title: "The run began before our request, or is ours and the node's clock was set back",
    applies: (c) => {
      if (!isOlder(c)) return undefined
      const { requestedAt, setBackAtMost } = c.attempt
      const by = Math.ceil(requestedAt - beganAt(c))
      const most =
        setBackAtMost === undefined
          ? 'may have been set back since'
          : `may have been set back by up to ${Math.ceil(setBackAtMost)} s since, as far as its answers show`
      return `the run that was recorded began ${by} s before ours was requested by the node's clock, which ${most}: somebody else's, or ours`
    },
  },
]

/** Whether what is recorded looks as if it were of a run before the request. */
function isOlder(c: Case): boolean {
  const { attempt, facts } = c
  return !hasEnded(attempt, facts.lastRun) || beganAt(c) < leastBegin(attempt)
}

/**
 * Whether it is somebody else's for certain, so that ours left no record after it: it began before ours can have, however
 * far the node's clock was set back. Where ours was seen applying and the last record is older than its request, it died.
 */
function isForeign(c: Case): boolean {
  const { attempt, facts } = c
  const { requestedAt, setBackAtMost, seenApplying, before } = attempt
  if (seenApplying && !hasEnded(attempt, facts.lastRun)) return false
  const earliest = before.daemon ? leastBegin(attempt) : requestedAt + LOADS_S - WHOLE_S
  // Not by a log: where ours could not send its report, that of a run in between stays beside the record of ours.
  return (beganByTotal(facts) ?? facts.lastRun) + (setBackAtMost ?? Infinity) < earliest
}

/** A process that is started takes longer than this until it has the run lock (recorded: 3 to 13 s); a daemon is loaded. */
const LOADS_S = 1

/**
 * When the run began, seconds of the node's clock: took the run lock, before it asked for a catalog. The first line of
 * its log tells on all versions.
 */
function beganAt({ attempt, facts }: Case): number {
  const { logs, lastRun } = facts
  const byTotal = beganByTotal(facts) ?? lastRun
  const isOfRun = logs.readable && logs.to > attempt.before.lastRun + 1 && isOfRecord(facts)
  return isOfRun ? Math.min(byTotal, logs.from) : byTotal
}
