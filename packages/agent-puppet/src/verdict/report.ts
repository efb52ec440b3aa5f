import {
  RUN_REPORT,
  type Attempt,
  type Evidence,
  type Json,
  type NodeStatus,
  type RunReportFacts,
} from '@choirmaster/core/provide'
import { field, isObject, isWhole } from '../values.js'
import { hasEnded, isStarted, leastBegin } from '../progress.js'
import type { LastRunFacts } from './facts.js'

/**
 * The summary, whose second `lastrun` is, is written right after the report has got its end: by under a second in 31
 * recorded runs. A machine that swaps may take longer, and no other run fits in between.
 */
const SUMMARY_AFTER_S = 5

const STATUSES: ReadonlySet<unknown> = new Set(['changed', 'unchanged', 'failed'])
const CACHED: ReadonlySet<unknown> = new Set([
  'not_used',
  'explicitly_requested',
  'on_failure',
  null,
])

/** What a report says, as it comes from a witness or back from a journal; undefined: not in this format. */
function readReport({ witness, facts }: Evidence): RunReportFacts | undefined {
  if (witness !== RUN_REPORT || !isObject(facts) || facts['format'] !== 1) return undefined
  const text = (key: string): boolean => {
    const value: Json | undefined = field(facts, key)
    return value === null || typeof value === 'string'
  }
  const good =
    ['start', 'end'].every((key) => Number.isFinite(facts[key])) &&
    STATUSES.has(facts['status']) &&
    typeof facts['noop'] === 'boolean' &&
    CACHED.has(facts['cached']) &&
    typeof facts['transaction'] === 'string' &&
    ['environment', 'code', 'version'].every(text) &&
    isCount(facts['failedCommands']) &&
    [undefined, null, true, false].includes(facts['allSkipped'] as boolean | null | undefined)
  return good ? (facts as RunReportFacts) : undefined
}

/** null: not told; absent: not asked. */
function isCount(value: Json | undefined): boolean {
  return value === undefined || value === null || (isWhole(value) && value >= 0)
}

/**
 * Whether what a witness was told is of the run that was requested, or of a later one, by the node's own clock: it
 * ended after the request, and after the record that was there before, and its process was started after the request. Pure.
 * @param settled where it is given, the report must be of the run whose end this status tells, whenever it was started
 */
export function recognises(attempt: Attempt, witnessed: Evidence, settled?: NodeStatus): boolean {
  const report = readReport(witnessed)
  if (report === undefined) return false
  const { end } = report
  // `lastrun` may be the second after the one in which the report ended.
  if (!hasEnded(attempt, isStarted(attempt) ? Math.floor(end) : Math.ceil(end))) return false
  if (settled === undefined) return beganAfter(attempt, report, 0)
  const after = settled.lastRun - Math.floor(end)
  return after >= -1 && after <= SUMMARY_AFTER_S
}

/** @param startup seconds that its process slept and waited before the run began, which is all that a report leaves open */
function beganAfter(attempt: Attempt, { start }: RunReportFacts, startup: number): boolean {
  return start + startup >= leastBegin(attempt)
}

/**
 * The report of the run that is judged; of several the last.
 * @param own what the node's own record says, of the same run
 */
export function reportOf(
  attempt: Attempt,
  settled: NodeStatus,
  evidence: readonly Evidence[],
  own: LastRunFacts | undefined,
): RunReportFacts | undefined {
  const ofRun = evidence.findLast((one) => recognises(attempt, one, settled))
  const report = ofRun && readReport(ofRun)
  if (report === undefined || !beganAfter(attempt, report, own?.startup ?? 0)) return undefined
  return report
}
