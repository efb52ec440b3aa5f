import type { Random } from '@choirmaster/core/provide'
import { findServers, type Settings, type System } from '@choirmaster/puppet-identity'
import { parseBroker, type Broker } from '../connection/broker.js'
import { wordsOf } from './values.js'

const HOSTS = 'plugin.choria.middleware_hosts'
const SERVICE = {
  // No such settings exist in Choria: the hosts come from middleware_hosts.
  name: 'middleware',
  srv: [{ name: '_mcollective-server._tcp' }, { name: '_x-puppet-mcollective._tcp' }],
  port: 4222,
}

export interface FindBrokers {
  readonly settings: Settings
  readonly system: System
  readonly random: Random
  /** Addresses that were named explicitly, a comma list; they beat everything. */
  readonly named: string | undefined
  /** Told when DNS does not answer; the search goes on. */
  warn(message: string): void
}

/**
 * The brokers in the order to try them: those named, else `plugin.choria.middleware_hosts`, else SRV records, else
 * `puppet:4222` (go-choria MiddlewareServers).
 * @throws transport-server-address
 */
export async function findBrokers(find: FindBrokers): Promise<readonly Broker[]> {
  const { settings, named } = find
  const configured = settings.get(HOSTS)
  if (named !== undefined) return parseBrokers(named, 'option servers')
  if (configured !== undefined) return parseBrokers(configured.value, configured.origin)
  return findServers({ ...find, service: SERVICE })
}

function parseBrokers(addresses: string, origin: string): readonly Broker[] {
  const words = wordsOf(addresses)
  // A lone comma names nobody: the library would go to its own default, this machine.
  return (words.length > 0 ? words : [addresses]).map((address) => parseBroker(address, origin))
}
