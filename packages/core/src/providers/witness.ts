import type { Milliseconds } from '../ports/clock.js'
import type { Evidence } from './agent.js'
import type { Call, Closable } from './common.js'

/** What a witness was told of one run of Puppet on a node. */
export interface Sighting {
  readonly node: string
  /** The run's own id: the same run is told of once however often it is seen. */
  readonly run: string
  readonly evidence: Evidence
}

/**
 * Somebody else than the nodes who is told how their runs end, such as PuppetDB by their reports. Its word resolves
 * what a node's own leaves open, and tells that a run has ended without the node being asked again and again. That it
 * says nothing proves nothing: a report may be late, or lost.
 */
export interface Witness extends Closable {
  /** Least time between two questions. */
  readonly pause: Milliseconds
  /** How long a report that a verdict depends on is waited for, from the node's own word on. */
  readonly patience: Milliseconds
  /**
   * All runs that it was told of since the last call, of all nodes, in one question; since it was opened at the first.
   * It may tell of one more than once, and of nodes that nobody asked about.
   * @throws CodedError where it cannot be asked now; the next call tells what this one would have
   */
  sightings(call: Call): Promise<readonly Sighting[]>
  /**
   * The same of these runs, with what only their logs and counts tell; asked of runs whose success nobody but the witness proves.
   * Runs that it does not know are left out. Absent: it knows no logs.
   * @throws CodedError where it cannot be asked now
   */
  withLogs?(runs: readonly string[], call: Call): Promise<readonly Sighting[]>
}

/** Name of the evidence of witnesses who were told by the run's own report. */
export const RUN_REPORT = 'run-report'

/**
 * What the report of a run says, as all such witnesses give it: journalled, so it holds no log line and no title.
 * A type alias, as an interface is not assignable to `Json`.
 */
export type RunReportFacts = {
  /** Version of this format. */
  readonly format: 1
  /** Seconds of the node's clock, with fractions. */
  readonly start: number
  readonly end: number
  readonly status: 'changed' | 'unchanged' | 'failed'
  /** The run only pretended. */
  readonly noop: boolean
  /** Whether the catalog was a cached one; null: not told (Puppet before 4.6). */
  readonly cached: 'not_used' | 'explicitly_requested' | 'on_failure' | null
  readonly environment: string | null
  /** Id of the run. */
  readonly transaction: string
  /** What the catalog was compiled of, as far as the site tells. */
  readonly code: string | null
  readonly version: string | null
  /**
   * Prerun and postrun commands that failed, by the run's log: `status` does not show them. null: the log does not
   * tell; absent: nobody read it.
   */
  readonly failedCommands?: number | null
  /**
   * Whether every resource of the catalog was skipped, by the run's counts: `status` is `unchanged` then. null: the
   * counts do not tell; absent: nobody read them.
   */
  readonly allSkipped?: boolean | null
}
