import type { Json } from '../providers/common.js'
import type { FailureLimit, FailureScope, SpentBudget } from './policy/failure-policy.js'

/** How a node ended; each node has exactly one (promises, R2). */
export type NodeResult =
  | 'changed'
  | 'unchanged'
  | 'failed'
  | 'skipped'
  | 'not reached'
  | 'cancelled'
  | 'unknown'
  | 'refused'

/** Who holds a node's disable lock at the end. `released`: not disabled by us (any more). */
export type LockState = 'released' | 'ours' | 'foreign' | 'unknown'

/**
 * How the run ended.
 * `incomplete`: nothing failed, but not all is proven and released: nodes were skipped, or could not be enabled.
 * `running`: the journal does not end; the run goes on or its process is gone.
 */
export type RunResult = 'succeeded' | 'incomplete' | 'failed' | 'cancelled' | 'refused' | 'running'

/** What the last event of a run carries. */
export interface RunEnding {
  readonly result: Exclude<RunResult, 'running'>
  readonly exit: RunReport['exit']
}

export interface NodeReport {
  readonly result: NodeResult
  readonly lock: LockState
  readonly reason: string
  readonly code: string
  readonly evidence: Readonly<Record<string, Json>>
  readonly warnings: readonly string[]
  /** How many runs were requested. */
  readonly attempts: number
  /** The node that it was skipped because of. */
  readonly because: string | null
  /** From taking a slot to its result; null: it was never started. */
  readonly seconds: number | null
}

export interface LeftDisabled {
  readonly reason: string
  readonly lock: LockState
  /** The command that frees it. */
  readonly command: string
}

/** What was to be done about nodes that are not proven, and which budgets were spent. */
export interface PolicyReport {
  readonly scope: FailureScope
  readonly on_failure: 'stop' | 'skip-dependents'
  /** A number of nodes, a percentage, or null: any number. */
  readonly max_failures: FailureLimit
  readonly retries: number
  /** Nothing new was to start after this time, ISO 8601; null: at any time. */
  readonly until?: string
  readonly spent: readonly SpentBudget[]
}

/** A pure function of the run's events. */
export interface RunReport {
  readonly schema: 'choirmaster.report/1'
  readonly run: string
  readonly result: RunResult
  /** Exit code, from the table in docs/exit-codes.md: a function of the rest. */
  readonly exit: 0 | 3 | 5 | 7
  readonly environment: string
  /** The nodes were asked to pretend only. */
  readonly noop?: true
  readonly digest: string
  readonly caller: string
  readonly lock_text: string
  /** UTC, ISO 8601. */
  readonly started: string
  readonly ended: string | null
  /** Why nothing more was started; null: all was. */
  readonly reason: string | null
  readonly policy: PolicyReport
  /** Number of nodes by result; adds up to the plan's nodes (promises, R3). */
  readonly counts: Readonly<Partial<Record<NodeResult, number>>>
  /** By certname. */
  readonly nodes: Readonly<Record<string, NodeReport>>
  /** By version of the code, as its script prints it: the nodes that ran it. Only where there are several. */
  readonly code_changed?: Readonly<Record<string, readonly string[]>>
  /** By certname. */
  readonly left_disabled: Readonly<Record<string, LeftDisabled>>
}
