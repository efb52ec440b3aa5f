import type { RunOptions } from '../providers/agent.js'
import type { Milliseconds } from '../ports/clock.js'

import { DEFAULT_FAILURES, type FailurePolicy } from './policy/failure-policy.js'
import { DEFAULT_GATE, type Gate } from './policy/gate.js'

/** Who stays disabled after a run that did not end well; see docs/release-rule.md. */
export type KeepDisabled = 'application' | 'all' | 'failed' | 'none'

/** `groups`: a group after the group before. `stream`: a node as soon as its own producers are proven. */
export type RunOrder = 'groups' | 'stream'

/** Deadlines of a run's waits and the pace of its questions, in milliseconds. */
export interface Limits {
  /** One Puppet run, from the request to its recorded end. Puppet's own runtimeout default is an hour. */
  readonly run: Milliseconds
  /** Until a run that was requested shows; at least H + 15 s + splay (puppet-agent notes, 3.1). */
  readonly start: Milliseconds
  /** Until a node that was busy when it was disabled is idle. */
  readonly drain: Milliseconds
  /** Idle must be seen again this long after the node was disabled: a process takes up to 13 s to show. */
  readonly settle: Milliseconds
  /** At least so long between two questions to a node whose run is in flight (`asking/when.ts`). */
  readonly poll: Milliseconds
  /** How long silence is borne, after the deadline of a wait, before the node counts as unknown. */
  readonly silence: Milliseconds
}

/** All that shapes how a plan is run; part of the journal and of a saved plan. */
export interface EngineOptions {
  /** Absent, as in journals and plan files of before there was another: groups. */
  readonly order?: RunOrder
  /** At most so many nodes hold a slot at once. */
  readonly width: number
  /**
   * A group's nodes are run in batches, each awaited whole: all of one size, or for each group its sizes, of which the
   * last repeats. Absent: no batches. Not with the order stream.
   */
  readonly batch?: number | readonly (readonly number[])[]
  /** The first nodes of each group that are run: the rest of it begins when they are proven. Absent: none. */
  readonly canary?: number
  readonly keepDisabled: KeepDisabled
  /** What is done about nodes that are not ready: refuse the run, or skip them and what depends on them. */
  readonly unready: 'refuse' | 'skip'
  /** Whether a run whose logs cannot be read may count as proven. */
  readonly acceptUnverified: boolean
  /** Absent, in journals of before there was one: the first failure stops the run. */
  readonly failures?: FailurePolicy
  /** Absent, in journals of before there was one: a producer is proven by its run alone. */
  readonly gate?: Gate
  /** Nothing new starts after this time, ISO 8601 with its offset from UTC: `2026-11-27T04:00:00+01:00`. */
  readonly until?: string
  readonly run: RunOptions
  readonly limits: Limits
}

export const DEFAULT_LIMITS: Limits = {
  run: 3_600_000,
  start: 120_000,
  drain: 3_600_000,
  settle: 20_000,
  poll: 5_000,
  // A broker that is away for ten minutes is no reason to give a held node up.
  silence: 900_000,
}

export const DEFAULT_OPTIONS: EngineOptions & { readonly order: RunOrder } = {
  order: 'groups',
  width: 20,
  keepDisabled: 'application',
  unready: 'refuse',
  acceptUnverified: false,
  failures: DEFAULT_FAILURES,
  gate: DEFAULT_GATE,
  run: { noop: false },
  limits: DEFAULT_LIMITS,
}
