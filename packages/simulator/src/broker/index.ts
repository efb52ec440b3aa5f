export { fileLog, memoryLog, type MemoryLog } from '../fleet/logs.js'
export {
  brokerFleet,
  type BrokerFleet,
  type BrokerFleetOptions,
  type FleetSecurity,
} from './broker-fleet.js'
export type { BrokerTls } from './connection.js'
