import type {
  EngineOptions,
  Milliseconds,
  Moment,
  RunEvent,
  RunPlan,
  RunReport,
} from '@choirmaster/core'
import type { Json } from '@choirmaster/core/provide'
import type { FleetLogEntry } from '../fleet/fleet-log.js'

/**
 * What passed between the engine and the world, in order: a request that left, a part of the journal that became
 * durable, an append that was refused, a check of a gate, the operator's interrupt.
 */
export type WireEntry =
  | {
      readonly what: 'request'
      readonly at: Moment
      readonly action: string
      readonly data: Readonly<Record<string, Json>>
      readonly nodes: readonly string[]
      readonly changes: boolean
    }
  | { readonly what: 'durable'; readonly at: Moment; readonly events: readonly RunEvent[] }
  | { readonly what: 'refused'; readonly at: Moment }
  /** A check of a gate was made. */
  | {
      readonly what: 'check'
      readonly at: Moment
      readonly node: string
      readonly check: string
      readonly passed: boolean
    }
  /** The witness told that a run has ended, by the fleet's number of it. */
  | { readonly what: 'sighting'; readonly at: Moment; readonly node: string; readonly run: number }
  | { readonly what: 'interrupt'; readonly at: Moment; readonly level: 'soft' | 'hard' }

/** All that the checker knows: the fleet's own log, the ports, and what the run says of itself. */
export interface Judged {
  readonly plan: RunPlan
  readonly options: EngineOptions
  /** H: how long after it was sent an unanswered change may still happen. */
  readonly openFor: Milliseconds
  /** How long a slow disk, an absent broker or a process that stood still held the run up. */
  readonly hindered: Milliseconds
  /** The store lost the end of the journal, and what it counted: attempts are then the least that there were. */
  readonly cut?: boolean
  /** By how much the clock of a machine that went on with the run was ahead; below 0: behind. */
  readonly apart?: Milliseconds
  /** How long each append takes until it is durable. */
  readonly appends?: Milliseconds
  /** When our process stood still, and noticed nothing. */
  readonly standstills: readonly { readonly from: Moment; readonly until: Moment }[]
  /** How long a verdict may wait for the word of a witness; 0: nobody is asked. */
  readonly patience?: Milliseconds
  /** When nothing that nodes answered reached us. */
  readonly deaf?: Judged['standstills']
  /** When the store did not say whether the run was still ours. */
  readonly unsure?: Judged['standstills']
  readonly log: readonly FleetLogEntry[]
  readonly wire: readonly WireEntry[]
  readonly report: RunReport
  /** The run's own story, which must give its report (R1, R3). Otherwise it only excuses: what died with a process or a store. */
  readonly events: readonly RunEvent[]
}
