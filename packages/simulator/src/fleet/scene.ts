import type { Moment } from '@choirmaster/core/provide'
import type { RunScript, SimNode } from '../node/node.js'
import type { FleetEffect } from './fleet-log.js'
import type { NodeEvent } from './node-event.js'
import type { FleetDefaults } from '../scenario/scenario.js'

/** What a fault can wait for: something that a caller did to the node, or that came of it. */
export type Happening = 'asked' | 'disabled' | 'enabled' | 'requested' | 'started' | 'ended'
export const HAPPENINGS: readonly Happening[] = [
  'asked',
  'disabled',
  'enabled',
  'requested',
  'started',
  'ended',
]

/** One node at one moment: what an event may read, change and set off. */
export interface Scene {
  readonly node: SimNode
  readonly at: Moment
  readonly defaults: FleetDefaults
  /** Writes what was just done to the node into the fleet's log. */
  log(effect: FleetEffect): void
  /** Sets off an event of this node in so many milliseconds. */
  later(ms: number, event: NodeEvent): void
  /** Lets faults that wait for it strike. */
  happened(what: Happening): void
  /** Lets the scenario's faults rewrite what a process is going to do. */
  rewrite(script: RunScript, attempt: number): void
}
