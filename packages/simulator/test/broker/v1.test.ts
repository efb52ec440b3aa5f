import { testProtocol } from './test-protocol.js'
import { onBroker } from './use-broker.js'

onBroker('our transport and a simulated fleet, v1', (open) => testProtocol('v1', open))
