import type { Attempt, Evidence, Json, NodeStatus, Verdict } from '@choirmaster/core/provide'
import { evidence, judge } from '../../src/index.js'
import { call, fakeTransport, linkTo, only, reply } from './fake-transport.js'

/** Seconds of the node's clock: the last run before ours, the request, the end of ours. */
export const BEFORE = 1_700_000_000
export const REQUESTED = 1_700_000_300
export const ENDED = 1_700_000_330

export type Line = { level: string; source: string; msg: string; time: number; time_utc: number }

export function line(level: string, source: string, msg: string, time = ENDED): Line {
  return { level, source, msg, time, time_utc: time }
}

export const APPLIED = line('notice', 'Puppet', 'Applied catalog in 0.42 seconds')
export const BEGUN = line('info', 'Puppet', "Using environment 'production'", REQUESTED + 4)
export const CACHED = line('info', 'Puppet', "Using cached catalog from environment 'production'")
export const NO_COMPILE = line(
  'err',
  'Puppet',
  'Could not retrieve catalog from remote server: Error 500 on SERVER: password=hunter2',
)

interface Parts {
  puppet?: string
  lastrun?: number
  /** Of the summary file; a key that is undefined is left out. */
  resources?: Record<string, number>
  events?: Record<string, number>
  time?: Record<string, number | undefined>
  application?: Record<string, string> | undefined
  config?: Json
  logs?: Json
  total?: number
}

/** The data of last_run_summary after a good run of Puppet 7 that changed one of nine resources, with changes. */
export function summary(parts: Parts = {}): Record<string, Json> {
  const lastrun = parts.lastrun ?? ENDED
  const puppet = parts.puppet ?? '7.23.0'
  const config = parts.config === undefined ? 1_700_000_310 : parts.config
  const total = parts.total ?? 9
  const resources = {
    changed: 1,
    corrective_change: 0,
    failed: 0,
    failed_to_restart: 0,
    out_of_sync: 1,
    restarted: 0,
    scheduled: 0,
    skipped: 0,
    total,
    ...parts.resources,
  }
  const time = drop({
    catalog_application: 0.42,
    config_retrieval: 1.2,
    total: 26.5,
    last_run: lastrun,
    ...parts.time,
  })
  const application =
    'application' in parts
      ? parts.application
      : {
          run_mode: 'agent',
          initial_environment: 'production',
          converged_environment: 'production',
        }
  return {
    failed_resources: resources.failed,
    changed_resources: resources.changed,
    corrected_resources: resources.corrective_change,
    out_of_sync_resources: resources.out_of_sync,
    total_resources: resources.total,
    config_retrieval_time: 1.2,
    total_time: 26.5,
    config_version: config,
    lastrun,
    since_lastrun: 3,
    type_distribution: {},
    logs: parts.logs ?? [BEGUN, APPLIED],
    summary: {
      version: { config, puppet },
      ...(application && { application }),
      resources,
      events: { failure: 0, success: 1, total: 1, ...parts.events },
      changes: { total: resources.changed },
      time,
    },
  }
}

function drop(record: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
}

/** A run without catalog: nothing retrieved, nothing counted. */
export const NOTHING: Parts = {
  config: null,
  total: 0,
  resources: { changed: 0, out_of_sync: 0 },
  time: { catalog_application: undefined, config_retrieval: undefined },
}

/** Without the sections and keys that Puppet 4.10 does not write. */
export const PUPPET_4: Parts = {
  puppet: '4.10.12',
  application: undefined,
  time: { catalog_application: undefined },
}

export function statusAt(lastRun: number, more: Partial<NodeStatus> = {}): NodeStatus {
  return { enabled: true, applying: false, daemon: false, lastRun, now: lastRun + 5, ...more }
}

export function attempt(more: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    before: statusAt(BEFORE, { now: REQUESTED - 2 }),
    requestedAt: REQUESTED,
    acknowledged: true,
    seenApplying: false,
    lostFor: 0,
    options: { noop: false },
    setBackAtMost: 0,
    ...more,
  }
}

/** Evidence as the agent gathers it from a node that answers with these data, through JSON as a journal keeps it. */
export async function evidenceOf(data: Json, logsCode = 0): Promise<Evidence> {
  const transport = fakeTransport((node, { data: asked }) =>
    asked['logs'] === true && logsCode !== 0
      ? reply(node, logsCode, 'Tried to load unspecified class: Puppet::Transaction::Report')
      : reply(node, 0, 'OK', asked['logs'] === true ? data : { ...(data as object), logs: {} }),
  )
  const outcome = await only(evidence(linkTo(transport), ['a.example'], call))
  if (!outcome.ok) throw new Error(outcome.problem.message)
  return JSON.parse(JSON.stringify(outcome.value)) as Evidence
}

interface Judged {
  attempt?: Partial<Attempt>
  settled?: Partial<NodeStatus>
  /** Statuscode of last_run_summary with logs. */
  logsCode?: number
}

export async function judged(parts: Parts | Json, more: Judged = {}): Promise<Verdict> {
  const data = summary(parts as Parts)
  const settled = statusAt(data['lastrun'] as number, {
    now: ENDED + 20,
    enabled: false,
    message: 'm',
    ...more.settled,
  })
  return judge(attempt(more.attempt), settled, [await evidenceOf(data, more.logsCode)])
}
