import type { Clock, Moment, Notice, Transport } from '@choirmaster/core/provide'
import { createFleet, type SavedFleet } from './fleet/fleet.js'
import type { FleetLogEntry } from './fleet/fleet-log.js'
import { memoryLog } from './fleet/logs.js'
import { simulatedTransport } from './fleet/transport.js'
import type { SimNode } from './node/node.js'
import type { Scenario } from './scenario/scenario.js'

export interface SimulatedFleetOptions {
  readonly clock: Clock
  /** Default: healthy nodes, as many as are asked for. */
  readonly scenario?: Scenario
  /** Default: the scenario's, else 1. */
  readonly seed?: number
  /** Who the requests come from. */
  readonly caller?: string
  /** A fleet that was saved before. */
  readonly saved?: SavedFleet
  notice?(notice: Notice): void
}

/** A fleet for tests, and its own word on what was done to it. */
export interface SimulatedFleet {
  readonly transport: Transport
  /** Everything that has happened until now. */
  readonly log: readonly FleetLogEntry[]
  /** A node as it is now; undefined until it was asked for. */
  node(name: string): SimNode | undefined
  /** Lets everything happen that is due until `moment`, without moving the clock: late effects, runs to their end. */
  settle(moment: Moment): void
  save(): SavedFleet
}

/**
 * @example const clock = virtualClock(0)
 *          const fleet = simulatedFleet({ clock, scenario: { nodes: { 'db*': [{ fault: 'failed-resources' }] } } })
 */
export function simulatedFleet(options: SimulatedFleetOptions): SimulatedFleet {
  const { clock, scenario = {} } = options
  const log = memoryLog()
  const fleet = createFleet({
    scenario,
    seed: options.seed ?? scenario.seed ?? 1,
    start: clock.now(),
    log,
    ...(options.saved === undefined ? {} : { saved: options.saved }),
  })
  const transport = simulatedTransport({
    fleet,
    clock,
    ...(options.caller === undefined ? {} : { caller: options.caller }),
    ...(options.notice === undefined ? {} : { notice: (notice) => options.notice?.(notice) }),
  })
  return {
    transport,
    get log() {
      fleet.advance(clock.now())
      return log.entries
    },
    node(name) {
      fleet.advance(clock.now())
      return fleet.node(name)
    },
    settle: (moment) => fleet.advance(moment),
    save() {
      fleet.advance(clock.now())
      return fleet.save()
    },
  }
}
