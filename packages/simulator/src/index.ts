export { virtualClock, type VirtualClock } from './clock/virtual-clock.js'
export { scaledClock } from './clock/scaled-clock.js'
export {
  simulatedFleet,
  type SimulatedFleet,
  type SimulatedFleetOptions,
} from './simulated-fleet.js'
export type { FleetEffect, FleetLogEntry } from './fleet/fleet-log.js'
export type { SavedFleet } from './fleet/fleet.js'
export type { FaultEntry, FleetDefaults, Scenario } from './scenario/scenario.js'
