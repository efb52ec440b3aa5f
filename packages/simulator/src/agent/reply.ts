import type { Json } from '@choirmaster/core/provide'

/** What the agent answers to one request. */
export interface Reply {
  readonly code: number
  readonly text: string
  readonly data: Json
}

export const ok = (data: Json): Reply => ({ code: 0, text: 'OK', data })
/** Statuscode 1: the action itself refused. */
export const aborted = (text: string, data: Json): Reply => ({ code: 1, text, data })
/** Statuscode 4: the DDL refused the input. */
export const invalid = (text: string, data: Json): Reply => ({ code: 4, text, data })
/** Statuscode 5: an exception that the action did not catch; the data is what it had set until then. */
export const crashed = (text: string, data: Json): Reply => ({ code: 5, text, data })

/** Go server, action policy. */
export const DENIED = aborted('You are not authorized to call this agent or action', {})
/** Ruby's complaint about a summary file that is empty or no YAML. */
export const BAD_SUMMARY = 'no implicit conversion of nil into Hash'

/** What each action's reply holds before the action sets anything: the DDL's defaults. */
export const DEFAULTS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  disable: { enabled: null, status: '' },
  enable: { enabled: null, status: '' },
  status: {
    applying: false,
    daemon_present: false,
    disable_message: '',
    enabled: null,
    idling: false,
    lastrun: 0,
    message: 'unknown',
    since_lastrun: 'Unknown',
    status: 'unknown',
  },
  runonce: { initiated_at: 0, summary: '' },
  last_run_summary: {
    changed_resources: -1,
    config_retrieval_time: -1,
    config_version: '',
    corrected_resources: -1,
    failed_resources: -1,
    lastrun: 0,
    logs: [],
    out_of_sync_resources: -1,
    since_lastrun: 'Unknown',
    summary: {},
    total_resources: 0,
    total_time: 0,
    type_distribution: {},
  },
  resource: { changed: false, result: '' },
}
