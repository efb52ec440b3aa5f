import type { Attempt, Evidence, Json, NodeStatus, Verdict } from '@choirmaster/core/provide'
import { isStarted, leastEnd } from '../progress.js'
import { ENDINGS } from './endings.js'
import { WITNESS } from './evidence.js'
import { FITNESS, SUCCESS } from './fitness.js'
import { fromJson, type LastRunFacts } from './facts.js'
import { useOfLog } from './log-use.js'
import { reportRules, unseenIn } from './report-rules.js'
import { reportOf } from './report.js'
import { OWNERSHIP } from './ownership.js'
import { type Case, type Rule, firstOf } from './rule.js'
import { warningsOf } from './warnings.js'

const COUNTED: Rule<Case> = {
  code: 'puppet-counts-missing',
  result: 'unknown',
  title: 'The summary lacks the counts of resources',
  applies: ({ facts }) =>
    facts.failed === null || facts.changed === null
      ? 'its summary lacks the counts of failed and changed resources'
      : undefined,
}

/** The verdict table, first match wins. All that fails stands above what only lacks proof: that can be accepted. */
export const verdictRules: readonly Rule<Case>[] = [
  ...OWNERSHIP,
  COUNTED,
  ...ENDINGS,
  ...FITNESS,
  ...SUCCESS,
]

/** A run's log ends at most this long before its request, where no process was started for it: its lines are whole seconds. */
const LOG_TOLERANCE_S = 2

/**
 * Judges a run of ours from what the node recorded. Success needs positive evidence: a run that began after the
 * request, ended, used a fresh catalog and had no failure. Pure.
 *
 * Reports that witnesses have of the run resolve what the node's record leaves open, and may tell of a failure that it
 * does not show; that there is none says nothing.
 *
 * What no record of the node can tell: a run of somebody else that began after our request, with flags of its own; a
 * noop run that had nothing to pretend; a later run that overwrote ours (it is judged instead, and must pass the same).
 * @param settled the status after the run ended and the node was disabled again.
 */
export function judge(
  attempt: Attempt,
  settled: NodeStatus,
  evidence: readonly Evidence[],
): Verdict {
  const facts = ownFacts(evidence)
  const own = judgeOwn(attempt, settled, facts)
  const report = reportOf(attempt, settled, evidence, facts)
  if (report === undefined) return own
  const told = { ...own, evidence: { ...own.evidence, report } }
  const { result, code } = own
  // What cannot be decided yet, whose run it was, and failures are the node's own to tell.
  if (result === 'again' || result === 'foreign' || result === 'failed') return told
  const alone = code === UNREADABLE
  const reported = { attempt, report, own: alone ? undefined : own }
  const match = firstOf(reportRules, reported)
  if (match === undefined) {
    return { ...told, warnings: [...told.warnings, ...unseenIn(reported)] }
  }
  const { rule, reason } = match
  const unseen = rule.result === 'failed' ? [] : unseenIn(reported)
  const warnings = [...told.warnings, ...unseen]
  return { ...told, result: rule.result, code: rule.code, reason, warnings }
}

const UNREADABLE = 'puppet-no-evidence'

function ownFacts(evidence: readonly Evidence[]): LastRunFacts | undefined {
  const own = evidence.filter(({ witness }) => witness === WITNESS).at(-1)
  return own && fromJson(own.facts)
}

/** The verdict by the node's own record. */
function judgeOwn(attempt: Attempt, settled: NodeStatus, facts: LastRunFacts | undefined): Verdict {
  if (facts === undefined) {
    return {
      result: 'unknown',
      code: UNREADABLE,
      reason: 'the last run summary of the node could not be read',
      warnings: [],
      evidence: {},
    }
  }
  const c: Case = {
    attempt,
    settled,
    facts,
    ...useOfLog(facts, leastEnd(attempt) - (isStarted(attempt) ? 0 : LOG_TOLERANCE_S)),
  }
  const match = firstOf(verdictRules, c)
  // The last row fits always.
  const { rule, reason } = match as NonNullable<typeof match>
  return {
    result: rule.result,
    code: rule.code,
    reason,
    warnings: warningsOf(c, rule.result),
    evidence: numbersOf(c),
  }
}

/** What the verdict rests on; goes into reports, so no log text. */
function numbersOf({
  attempt,
  facts,
  findings,
  wouldRefresh,
  unproven,
}: Case): Record<string, Json> {
  const { logs, lastRun, configVersion, ...rest } = facts
  return {
    lastrun: lastRun,
    requested_at: Math.floor(attempt.requestedAt),
    seconds: rest.seconds,
    config_version: configVersion,
    environment: rest.environment,
    puppet: rest.puppet,
    failed: rest.failed,
    changed: rest.changed,
    corrected: rest.corrected,
    out_of_sync: rest.outOfSync,
    skipped: rest.skipped,
    total: rest.total,
    failed_to_restart: rest.failedToRestart,
    noop: rest.noops,
    catalog_applied: rest.applied,
    logs: logs.readable ? logs.lines : logs.why,
    findings: findings.filter(({ kind }) => kind !== 'error' && kind !== 'applied'),
    // Only where the log is of this run: else nobody knows what it would change.
    ...(attempt.options.noop &&
      unproven === undefined && {
        would_change: (logs.readable && logs.wouldChange) || [],
        would_refresh: wouldRefresh,
      }),
  }
}
