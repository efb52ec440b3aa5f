import type { Moment } from '@choirmaster/core/provide'
import type { Rule } from '../faults/rule.js'
import type { Ending } from './endings.js'

/** The file agent_disabled.lock: a message, `{}` (null), or what is no JSON. */
type Lock = { readonly message: string | null } | { readonly broken: string }

/** What a Puppet process was started with. */
export interface RunRequest {
  /** Who started it: a caller id (`choria=…`), `cron`, `operator` or `daemon`. */
  readonly by: string
  /** Number of the run among those that callers asked for, from 1; absent: nobody asked over RPC. */
  readonly attempt?: number
  readonly noop: boolean
  readonly environment?: string
  /** Only spawned runs log at info level; a daemon logs notice and above. */
  readonly verbose: boolean
}

/** What is going to happen to a Puppet process; faults rewrite it before it starts. */
export interface RunScript {
  ending: Ending
  /** From taking the run lock to releasing it, seconds; `forever`: it hangs. */
  seconds: number | 'forever'
  /** From the request to taking the run lock, seconds. */
  show: number
  /** Of `seconds`, from writing the summary to releasing the lock: the report is in flight. */
  reporting: number
  /** Dies before it takes the lock, without a trace: bad certificate, broken puppet.conf. */
  stillborn: boolean
  /** Killed so many seconds after it took the lock: no summary, the lock file stays. */
  killedAfter: number | undefined
  /** Resources that fail, with `failed-resources`. */
  failed: number
  /** Harmless errors of source Facter in the logs. */
  facterErrors: number
  /** Whether the summary file is good, or not readable as YAML, or holds `.nan`. */
  writes: 'summary' | 'corrupt' | 'not-a-number'
  /** Its report could not be sent, and old Puppet keeps none then. */
  unsent: boolean
}

export interface Process {
  readonly id: number
  readonly request: RunRequest
  readonly script: RunScript
  readonly spawned: Moment
  locked?: Moment
}

/** What a finished run left: the summary and the report are rendered from it. Moments are the fleet's, not the node's. */
export interface RunRecord {
  readonly run: number
  readonly ending: Ending
  readonly spawned: Moment
  readonly locked: Moment
  readonly written: Moment
  /** What the node's clock was ahead of the fleet's when the summary was written, ms. */
  readonly offset: number
  /** configuration_version: of the catalog that was applied. */
  readonly version: number | string | null
  readonly environment: string | null
  readonly noop: boolean
  readonly verbose: boolean
  readonly failed: number
  readonly facterErrors: number
}

/** The state of a node that outlives a command: plain JSON. */
export interface NodeState {
  readonly name: string
  readonly seed: number
  /** Counters: requests that reached it, processes, runs asked for over RPC. */
  calls: number
  processes: number
  attempts: number
  /** How often each rule of the scenario struck, by the rule's key. */
  hits: Record<string, number>
  lock: Lock | null
  /** Spawned, not yet holding the run lock. */
  waiting: Process[]
  /** Holds the run lock. */
  holder: Process | null
  /** A run lock whose pid belongs to some other process now. */
  stuck: boolean
  /** last_run_summary.yaml; null: no such file. */
  record: RunRecord | null
  summary: 'good' | 'corrupt' | 'not-a-number'
  /** last_run_report.yaml. */
  report: RunRecord | null
  /** Version of the catalog in the cache. */
  cached: number | string | null
  /** resources.txt has been written once. */
  converted: boolean
  /** Puppet's state folder exists. */
  folder: boolean
  /** The node's clock is so much ahead of the fleet's, ms, by steps; a constant offset is a trait. */
  stepped: number
  /** Answers nothing until then; null: for ever. */
  away: { readonly until: Moment | null; readonly why: 'not-connected' | 'no-reply' } | undefined
}

/** What a node is like for as long as the scenario says so; never saved. */
export interface Traits {
  /** `signal`: a daemon that runonce signals (the plugin's default); `plain`: signal_daemon is off. */
  daemon: 'none' | 'signal' | 'plain'
  windows: boolean
  /** noop = true in puppet.conf. */
  noop: boolean
  /** `unreadable`: the plugin cannot load the report; `off`: report = false. */
  reports: 'good' | 'unreadable' | 'off'
  puppetMissing: boolean
  /** Ahead of the fleet's clock, ms. */
  offset: number
  /** Its server measures the age of requests by this clock, as real servers do. */
  strictTtl: boolean
  puppet: string
  /** Its TCP ports take connections, or refuse them (`drops`: say nothing) for so many ms after each run; null: for ever. */
  ports: 'open' | { readonly closedFor: number | null; readonly drops: boolean }
  environment: string | null
}

export interface SimNode {
  readonly state: NodeState
  readonly traits: Traits
  /** Faults of the scenario that concern it. */
  readonly rules: readonly Rule[]
}

/** The node's clock at a moment of the fleet's, ms. */
export function nodeTime(node: SimNode, at: Moment): Moment {
  return at + node.traits.offset + node.state.stepped
}

/** The node's clock, whole seconds, as its agent gives it. */
export function nodeSeconds(node: SimNode, at: Moment): number {
  return Math.floor(nodeTime(node, at) / 1000)
}

/** What `status` calls applying: the run lock names a pid that lives, whoever's it is. */
export function applying(node: SimNode): boolean {
  // mgr_windows.rb: a disabled node is never applying.
  if (node.traits.windows && node.state.lock !== null) return false
  return node.state.holder !== null || node.state.stuck
}
