import { testProtocol } from './test-protocol.js'
import { onBroker } from './use-broker.js'

onBroker('our transport and a simulated fleet, v2', (open) => testProtocol('v2', open))
