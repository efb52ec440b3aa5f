import type { Call, Json, Nodes, Outcome, Stream } from '@choirmaster/core/provide'
import { type JsonObject, field, isObject, isWhole } from '../values.js'
import { type Link, ask } from './ask.js'
import { reader } from './reader.js'

/** A line of Puppet's report. */
export interface LogLine {
  /** debug info notice warning err alert emerg crit */
  readonly level: string
  /** `Puppet`, `Facter`, `/Stage[main]/…` for a resource of the catalog, `/File[…` for plugin sync. */
  readonly source: string
  /** May hold file contents and other secrets; never keep it. */
  readonly message: string
  /** Seconds of the node's clock. */
  readonly time: number
}

/**
 * What a node recorded of its last run. null: absent there, as Puppet versions differ and a run that ended early
 * leaves out much.
 */
export interface LastRunSummary {
  /** End of the run, seconds of the node's clock; 0: never. */
  readonly lastRun: number
  readonly failed: number | null
  readonly changed: number | null
  readonly corrected: number | null
  readonly outOfSync: number | null
  readonly total: number | null
  readonly skipped: number | null
  readonly failedToRestart: number | null
  /** Events of the report. */
  readonly failures: number | null
  readonly noops: number | null
  /** null after a failed retrieval; "unknown" where there is no summary; numbers as text. */
  readonly configVersion: string | null
  /** Seconds. */
  readonly time: {
    readonly total: number | null
    /** From the process's start until it had the run lock, splay and waiting for another run counted in; Puppet 6.15 and newer. */
    readonly startup: number | null
    readonly catalogApplication: number | null
    readonly configRetrieval: number | null
  }
  /** Puppet's version. */
  readonly puppet: string | null
  /** `agent`, or `user` for puppet apply; Puppet 6.25, 7.10 and newer. */
  readonly runMode: string | null
  /** The environment that the run ended in; the same versions. */
  readonly convergedEnvironment: string | null
  /** null where they were not asked for. */
  readonly logs: readonly LogLine[] | null
}

/**
 * Reads the last run's summary, with its log lines where `logs` is set: statuscode 5 where the plugin or the Ruby
 * of the node cannot load the report (plugin 2.4.3 and older on Puppet 8, 2.5.0 on the Ruby 2 of Puppet 7).
 */
export function lastRunSummary(
  link: Link,
  nodes: Nodes,
  logs: boolean,
  call: Call,
): Stream<Outcome<LastRunSummary>> {
  return ask(
    link,
    {
      name: 'last_run_summary',
      data: { logs },
      changes: false,
      refusals: [],
      value: (data) => readSummary(data, logs),
    },
    nodes,
    call,
  )
}

function readSummary(data: JsonObject, withLogs: boolean): { value: LastRunSummary } | undefined {
  const { count, seconds, text, section, isSound } = reader()
  const lastRun = field(data, 'lastrun')
  const logs = withLogs ? readLogs(field(data, 'logs')) : null
  const summary = section(data, 'summary')
  const resources = section(summary, 'resources')
  const events = section(summary, 'events')
  const time = section(summary, 'time')
  const application = section(summary, 'application')
  if (!isWhole(lastRun) || lastRun < 0 || logs === undefined) return undefined
  const value: LastRunSummary = {
    lastRun,
    failed: count(data, 'failed_resources'),
    changed: count(data, 'changed_resources'),
    corrected: count(data, 'corrected_resources'),
    outOfSync: count(data, 'out_of_sync_resources'),
    total: count(data, 'total_resources'),
    skipped: count(resources, 'skipped'),
    failedToRestart: count(resources, 'failed_to_restart'),
    failures: count(events, 'failure'),
    noops: count(events, 'noop'),
    configVersion: text(data, 'config_version'),
    time: {
      total: seconds(time, 'total'),
      startup: seconds(time, 'startup_time'),
      catalogApplication: seconds(time, 'catalog_application'),
      configRetrieval: seconds(time, 'config_retrieval'),
    },
    puppet: text(section(summary, 'version'), 'puppet'),
    runMode: text(application, 'run_mode'),
    convergedEnvironment: text(application, 'converged_environment'),
    logs,
  }
  return isSound() ? { value } : undefined
}

/** An empty object stands for "not asked for"; undefined: garbage. */
function readLogs(logs: Json | undefined): readonly LogLine[] | null | undefined {
  if (logs === undefined || logs === null || isObject(logs)) return null
  if (!Array.isArray(logs)) return undefined
  const lines: LogLine[] = []
  for (const record of logs as readonly Json[]) {
    const line = readLine(record)
    if (line === undefined) return undefined
    lines.push(line)
  }
  return lines
}

function readLine(record: Json): LogLine | undefined {
  if (!isObject(record)) return undefined
  const level = field(record, 'level')
  const source = field(record, 'source') ?? ''
  const message = field(record, 'msg')
  const time = field(record, 'time')
  if (typeof level !== 'string' || typeof source !== 'string') return undefined
  if (typeof message !== 'string' || typeof time !== 'number') return undefined
  return { level, source, message, time }
}
