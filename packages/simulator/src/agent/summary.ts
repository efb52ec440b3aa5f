import type { Json, Moment } from '@choirmaster/core/provide'
import { ENDINGS } from '../node/endings.js'
import { nodeSeconds, type RunRecord, type SimNode } from '../node/node.js'
import { COMPILED_AFTER } from '../node/run.js'
import { reportLines } from './logs.js'
import { aborted, BAD_SUMMARY, crashed, DEFAULTS, ok, type Reply } from './reply.js'

type Section = Readonly<Record<string, number>>

/** The catalog's own resources; Puppet adds six schedules and a filebucket. */
const CATALOG_RESOURCES = 2
const PUPPETS_RESOURCES = 7

const nano = (seconds: number): number => Math.round(seconds * 1e9) / 1e9

function resources(record: RunRecord): Record<string, number> {
  const shape = ENDINGS[record.ending]
  const failing =
    shape.failed > 0 && shape.applied ? Math.max(shape.failed, record.failed) : shape.failed
  const whole = CATALOG_RESOURCES + PUPPETS_RESOURCES + failing
  const total = shape.total === 'whole' ? whole : shape.total
  return {
    changed: shape.changed,
    corrective_change: 0,
    failed: failing,
    failed_to_restart: shape.failedToRestart,
    out_of_sync: shape.outOfSync + failing - shape.failed,
    restarted: 0,
    scheduled: shape.scheduled,
    skipped: shape.skipped < 0 ? total : shape.skipped,
    total,
  }
}

/** Before it counts, s: of runs that show after 4 s. */
const MOST_UNCOUNTED_S = 2.4

/**
 * Seconds, except last_run: node's clock, s since 1970; in the order in which Puppet writes them. Set one by one: made of
 * spreads it would take a tenth of all memory that a simulated run allocates.
 */
function times(record: RunRecord): Section {
  const { applied, catalog, pluginsync } = ENDINGS[record.ending]
  const span = (record.written - record.locked) / 1000
  const applying = nano(span * (1 - COMPILED_AFTER - 0.05))
  const time: Record<string, number> = {}
  if (applied) time['catalog_application'] = applying
  if (catalog !== 'none') {
    time['config_retrieval'] = catalog === 'cached' ? 0.002875682 : nano(span * 0.12)
    time['convert_catalog'] = nano(span * 0.01)
  }
  if (applied) time['exec'] = nano(applying * 0.97)
  time['fact_generation'] = nano(span * 0.2)
  if (applied) {
    time['file'] = 0.001070424
    time['filebucket'] = 0.000058827
  }
  time['last_run'] = Math.floor((record.written + record.offset) / 1000)
  if (pluginsync) time['plugin_sync'] = nano(span * 0.05)
  if (applied) time['schedule'] = 0.000312674
  // Puppet counts from when it reads its options, with most of it loaded; in what it slept and waited after that.
  const loading = (record.locked - record.spawned) / 1000
  const startup = nano(loading - Math.min(loading * 0.6, MOST_UNCOUNTED_S))
  time['startup_time'] = startup
  time['total'] = nano(span + startup)
  if (applied) time['transaction_evaluation'] = nano(applying * 0.99)
  return time
}

interface SummaryFile {
  readonly [key: string]: Json
  readonly resources: Section
  readonly time: Section
  readonly version: Readonly<Record<string, Json>>
}

function summaryFile(record: RunRecord | null, puppet: string): SummaryFile {
  if (record === null) {
    return {
      changes: {},
      events: {},
      resources: {
        changed: 0,
        corrective_change: 0,
        failed: 0,
        out_of_sync: 0,
        restarted: 0,
        total: 0,
      },
      time: {},
      version: {},
    }
  }
  const counts = resources(record)
  const { noop } = ENDINGS[record.ending]
  const failure = (counts['failed'] ?? 0) * (ENDINGS[record.ending].applied ? 1 : 0)
  const success = counts['changed'] ?? 0
  return {
    application: {
      // A node of which nothing was said fits every site: it does not tell its environment, as before Puppet 6.25.
      ...(record.environment !== null && {
        converged_environment: record.environment,
        initial_environment: record.environment,
      }),
      run_mode: 'agent',
    },
    changes: { total: success },
    events: { failure, ...(noop > 0 ? { noop } : {}), success, total: failure + success + noop },
    resources: counts,
    time: times(record),
    version: { config: record.version, puppet },
  }
}

export function lastRunSummary(node: SimNode, at: Moment, logs: boolean): Reply {
  const { state, traits } = node
  const defaults = DEFAULTS['last_run_summary'] ?? {}
  if (state.summary === 'corrupt') return crashed(BAD_SUMMARY, defaults)
  if (state.summary === 'not-a-number') {
    const shim = 'Cannot decode output from Shim for Ruby action puppet#last_run_summary: EOF'
    return aborted(shim, {})
  }
  if (logs && traits.reports === 'unreadable' && state.report !== null) {
    return crashed('Tried to load unspecified class: Puppet::Transaction::Report', defaults)
  }
  const file = summaryFile(state.record, traits.puppet)
  const { resources: counts, time, version } = file
  const last = time['last_run'] ?? 0
  return ok({
    changed_resources: counts['changed'] ?? 0,
    config_retrieval_time: time['config_retrieval'] ?? 0,
    config_version: version['config'] === undefined ? 'unknown' : version['config'],
    corrected_resources: counts['corrective_change'] ?? 0,
    failed_resources: counts['failed'] ?? 0,
    lastrun: last,
    logs: logs ? reportLines(node.state.name, state.report) : {},
    out_of_sync_resources: counts['out_of_sync'] ?? 0,
    since_lastrun: nodeSeconds(node, at) - last,
    summary: file,
    total_resources: counts['total'] ?? 0,
    total_time: time['total'] ?? 0,
    type_distribution: state.converted ? { Exec: 1, File: 1 } : {},
  })
}
