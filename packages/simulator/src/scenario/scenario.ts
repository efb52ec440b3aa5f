import type { Limits } from '../faults/rule.js'

/** How nodes behave when nothing goes wrong; times in seconds, [least, most] uniform. */
export interface FleetDefaults {
  /** From taking the run lock to releasing it: a constant, or log-normal. */
  readonly run: number | { readonly median: number; readonly sigma: number }
  /** From runonce to taking the run lock. */
  readonly show: readonly [number, number]
  /** From a request to its reply. */
  readonly reply: readonly [number, number]
  /** From writing the summary to releasing the run lock. */
  readonly report: readonly [number, number]
  /** Part of the runs that change something. */
  readonly changes: number
}

/**
 * `reply`: recorded with one node at a time, 1.1 to 1.4 s. `show`, `report`: recorded 1.0 to 4.3 s after the action
 * and 0.09 to 0.33 s before the unlock (agent notes, §9). `run`: a catalog of some size; the recorded ones were tiny.
 */
export const FLEET_DEFAULTS: FleetDefaults = {
  run: { median: 20, sigma: 0.4 },
  show: [1, 4],
  reply: [1.1, 1.4],
  report: [0.09, 0.33],
  changes: 0.8,
}

/** A fault as the scenario file has it: its name, its limits, its own parameters. */
export interface FaultEntry extends Limits {
  readonly fault: string
  /** The part of the matching nodes that have it, drawn with the seed. */
  readonly chance?: number
  readonly [param: string]: unknown
}

/** What goes wrong on which nodes of a simulated fleet; docs/scenario.md. */
export interface Scenario {
  /** Everything random is drawn from it; default 1. */
  readonly seed?: number
  /** `max`: virtual time, as fast as it can be computed (default); a number: so many times real time. */
  readonly speed?: number | 'max'
  /** What the fleet's clock shows first: UTC, ISO 8601, or `now`. */
  readonly start?: string
  /** The nodes that there are; absent: every node that is asked for. */
  readonly fleet?: readonly string[]
  readonly defaults?: Partial<FleetDefaults>
  /** Certname, or pattern in which `*` stands for any text → faults, all that match apply, in this order. */
  readonly nodes?: Readonly<Record<string, readonly FaultEntry[]>>
}
