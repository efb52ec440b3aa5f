import type { Happening } from '../fleet/scene.js'
import type { AnyFaultKind } from './fault.js'

/** One fault of the scenario as it applies to a node. */
export interface Rule {
  /** Tells the rule apart in the saved state: the pattern and the fault as written. */
  readonly key: string
  readonly kind: AnyFaultKind
  readonly params: Readonly<Record<string, never>>
  readonly limits: Limits
}

/** When and how often a fault strikes. */
export interface Limits {
  /** Faults of runs: only the so-manieth run that is asked of the node. */
  readonly attempt?: number
  /** So many times at most; once, for a fault that waits for something to happen. */
  readonly times?: number
  /** Faults of requests and runs: only when the fleet is so many seconds old. */
  readonly after?: number
  /** Faults of requests: only these actions. */
  readonly actions?: readonly string[]
  /** Faults of requests: so many matching requests go well first. */
  readonly after_calls?: number
  /** Strikes by itself when the fleet is so many seconds old. */
  readonly at?: number
  /** Strikes `delay` seconds (0.1) after something happened to the node. */
  readonly on?: Happening
  readonly delay?: number
  /** Strikes again so many seconds later. */
  readonly every?: number
}
