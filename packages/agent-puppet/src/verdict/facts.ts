import type { Json } from '@choirmaster/core/provide'
import type { LastRunSummary } from '../actions/last-run-summary.js'
import type { LogFinding, LogKind, LogSource } from './log-findings.js'
import { findIn } from './log-findings.js'
import { field, isObject } from '../values.js'
import { wouldChange } from './would-change.js'

/**
 * What judging needs of a last run: journalled, so it holds no log line and no diff, and titles only as `wouldChange` does.
 * A type alias, as an interface is not assignable to `Json`.
 */
export type LastRunFacts = {
  /** Version of this format. */
  readonly format: 1
  /** End of the run, seconds of the node's clock; 0: never. */
  readonly lastRun: number
  /** null: not recorded. */
  readonly failed: number | null
  readonly changed: number | null
  readonly corrected: number | null
  readonly outOfSync: number | null
  readonly total: number | null
  readonly skipped: number | null
  readonly failedToRestart: number | null
  readonly failures: number | null
  readonly noops: number | null
  readonly configVersion: string | null
  /** Whether the run recorded that it retrieved a catalog, and that it applied it to the end. */
  readonly retrieved: boolean
  readonly applied: boolean
  /** How long the run took, seconds. */
  readonly seconds: number | null
  /** Seconds of these until it had the run lock; null before Puppet 6.15, absent in journals before that was read. */
  readonly startup?: number | null
  readonly puppet: string | null
  readonly runMode: string | null
  /** The environment that the run ended in; null before Puppet 6.25 and 7.10. */
  readonly environment: string | null
  readonly logs: LogFacts
}

export type LogFacts =
  | { readonly readable: false; /** Code of the problem. */ readonly why: string }
  | {
      readonly readable: true
      readonly lines: number
      /** First and last line, seconds of the node's clock; 0 without lines. */
      readonly from: number
      readonly to: number
      readonly findings: readonly LogFinding[]
      /** Resources and properties that a noop run would change; absent: none. */
      readonly wouldChange?: readonly string[]
      /** How many resources a noop run would refresh; absent: none. */
      readonly wouldRefresh?: number
    }

/** @param unreadable code of the problem, where the logs could not be read. */
export function toFacts(summary: LastRunSummary, unreadable = 'node-reply-invalid'): LastRunFacts {
  const { logs, time, convergedEnvironment, ...counts } = summary
  return {
    format: 1,
    ...counts,
    retrieved: time.configRetrieval !== null,
    applied: time.catalogApplication !== null,
    seconds: time.total,
    startup: time.startup,
    environment: convergedEnvironment,
    logs: logs === null ? { readable: false, why: unreadable } : logFacts(logs),
  }
}

function logFacts(lines: NonNullable<LastRunSummary['logs']>): LogFacts {
  let from = Infinity
  let to = 0
  for (const { time } of lines) {
    from = Math.min(from, time)
    to = Math.max(to, time)
  }
  const { named, refreshes } = wouldChange(lines)
  return {
    readable: true,
    lines: lines.length,
    from: lines.length === 0 ? 0 : from,
    to,
    findings: findIn(lines),
    ...(named.length > 0 && { wouldChange: named }),
    ...(refreshes > 0 && { wouldRefresh: refreshes }),
  }
}

const COUNTS = [
  'failed',
  'changed',
  'corrected',
  'outOfSync',
  'total',
  'skipped',
  'failedToRestart',
  'failures',
  'noops',
  'seconds',
] as const
const NAMES = ['configVersion', 'puppet', 'runMode', 'environment'] as const
const KINDS: ReadonlySet<unknown> = new Set<LogKind>([
  'applied',
  'stale',
  'aborted',
  'interrupted',
  'command',
  'generate',
  'error',
])
const SOURCES: ReadonlySet<unknown> = new Set<LogSource>([
  'Puppet',
  'Facter',
  'resource',
  'plugin sync',
  'other',
])

/** Facts as they come back from a journal; undefined: not in this format. */
export function fromJson(json: Json): LastRunFacts | undefined {
  if (!isObject(json) || json['format'] !== 1 || typeof json['lastRun'] !== 'number')
    return undefined
  const good =
    COUNTS.every((key) => isOr(json, key, 'number')) &&
    (json['startup'] === undefined || isOr(json, 'startup', 'number')) &&
    NAMES.every((key) => isOr(json, key, 'string')) &&
    typeof json['retrieved'] === 'boolean' &&
    typeof json['applied'] === 'boolean' &&
    areLogFacts(json['logs'])
  return good ? (json as LastRunFacts) : undefined
}

function isOr(
  json: Readonly<Record<string, Json>>,
  key: string,
  type: 'number' | 'string',
): boolean {
  const value = field(json, key)
  return value === null || typeof value === type
}

function areLogFacts(json: Json | undefined): boolean {
  if (!isObject(json)) return false
  if (json['readable'] === false) return typeof json['why'] === 'string'
  const { readable, lines, from, to, findings, wouldChange: changes = [], wouldRefresh = 0 } = json
  const numbers = [lines, from, to, wouldRefresh].every((n) => typeof n === 'number')
  const texts = Array.isArray(changes) && changes.every((change) => typeof change === 'string')
  return (
    readable === true && numbers && texts && Array.isArray(findings) && findings.every(isFinding)
  )
}

function isFinding(json: Json): boolean {
  return (
    isObject(json) &&
    KINDS.has(json['kind']) &&
    SOURCES.has(json['source']) &&
    (json['text'] === null || typeof json['text'] === 'string') &&
    typeof json['count'] === 'number' &&
    typeof json['time'] === 'number'
  )
}
