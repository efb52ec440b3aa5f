import { RUN_REPORT, type RunReportFacts, type Sighting } from '@choirmaster/core/provide'
import type { Row } from '@choirmaster/puppet-client'
import { failedCommands } from './logs.js'
import { allSkipped } from './metrics.js'

/** What is asked of each report; all else in it is large. */
const FIELDS = [
  ...['certname', 'status', 'noop', 'cached_catalog_status', 'transaction_uuid', 'code_id'],
  ...['configuration_version', 'environment', 'start_time', 'end_time', 'receive_time'],
]

/** Most rows of one answer: 20,000 are 8 MB and two seconds of a slow PuppetDB. */
export const PAGE = 20_000

/**
 * All reports that PuppetDB received since a moment of its own clock, the oldest first. Without names: a query with
 * 5,000 of them takes 6.7 s, one without costs 0.09 ms a row.
 * @param since ISO 8601, as PuppetDB writes times
 */
export function reportsSince(since: string): string {
  return `reports[${FIELDS.join(', ')}]{ receive_time >= '${since}' order by receive_time, transaction_uuid limit ${PAGE} }`
}

/** What PuppetDB gives as ids of runs; nothing else comes into a query. */
const ID = /^[0-9A-Za-z-]{1,64}$/

/**
 * The same rows with their logs and counts, of these runs. These are large, and are asked of few.
 * @returns undefined: nobody is to be asked about
 */
export function reportsWithLogs(runs: readonly string[]): string | undefined {
  const ids = runs.filter((run) => ID.test(run)).map((run) => `"${run}"`)
  if (ids.length === 0) return undefined
  return `reports[${[...FIELDS, 'logs', 'metrics'].join(', ')}]{ transaction_uuid in [${ids.join(',')}] }`
}

const STATUSES: ReadonlySet<unknown> = new Set(['changed', 'unchanged', 'failed'])
const CACHED: ReadonlySet<unknown> = new Set(['not_used', 'explicitly_requested', 'on_failure'])

/** What a row tells; undefined for one that proves nothing, such as a report of Puppet 3, which has no id. */
export function sightingOf(row: Row): Sighting | undefined {
  const { certname, status, noop, transaction_uuid: transaction } = row
  const start = seconds(row['start_time'])
  const end = seconds(row['end_time'])
  if (typeof certname !== 'string' || typeof transaction !== 'string') return undefined
  if (!STATUSES.has(status) || typeof noop !== 'boolean') return undefined
  if (start === undefined || end === undefined) return undefined
  const cached = row['cached_catalog_status']
  const facts: RunReportFacts = {
    format: 1,
    start,
    end,
    status: status as RunReportFacts['status'],
    noop,
    cached: CACHED.has(cached) ? (cached as RunReportFacts['cached']) : null,
    environment: text(row['environment']),
    transaction,
    code: text(row['code_id']),
    version: text(row['configuration_version']),
    ...('logs' in row && { failedCommands: failedCommands(row['logs']) }),
    ...('metrics' in row && { allSkipped: allSkipped(row['metrics']) }),
  }
  return { node: certname, run: transaction, evidence: { witness: RUN_REPORT, facts } }
}

/** A run without a catalog has the version ''. */
function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function seconds(value: unknown): number | undefined {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(moment) ? undefined : moment / 1000
}
