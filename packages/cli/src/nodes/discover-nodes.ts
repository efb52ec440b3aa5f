import type { Stream, Transport } from '@choirmaster/core/provide'
import { fail } from '../errors.js'
import { whole } from '../site-plan.js'

/** An agent that every Choria server has: to ask for it is to ask all. */
export const EVERY_SERVER = 'rpcutil'

/**
 * Names of all nodes with an agent, as they answer a broadcast.
 * @throws CodedError `discovery-unsupported`
 */
export function discoverNodes(transport: Transport, agent: string): Stream<string> {
  if (transport.discover !== undefined) return transport.discover(agent, whole)
  throw fail('discovery-unsupported', {
    message: 'The transport cannot ask who is there',
    place: '--transport',
  })
}
