import type { Host } from '@choirmaster/core/provide'
import type { System } from '@choirmaster/puppet-identity'
import { clientConfig, type ClientConfig } from '../choria-config/client-config.js'
import { findBrokers } from '../choria-config/middleware.js'
import { readSources } from '../choria-config/sources.js'
import type { Broker } from '../connection/broker.js'
import type { NatsTransportOptions } from '../options.js'
import { openV1 } from './open-v1.js'
import { openV2 } from './open-v2.js'
import type { Party } from './party.js'

/** Who the operator is to which brokers. */
export interface Operator {
  readonly party: Party
  readonly config: ClientConfig
  /** In the order to try them. */
  readonly brokers: readonly Broker[]
}

/** Reads and checks all that it takes to connect, as the choria command is configured. @throws coded errors of this transport */
export async function readOperator(
  options: NatsTransportOptions,
  host: Host,
  system: System,
): Promise<Operator> {
  const { settings, options: named } = await readSources(options, host, system)
  const config = clientConfig(settings, system, options.collective)
  const sources = { options: named, config, settings, system, host }
  const party = await (config.version === 'v1' ? openV1(sources) : openV2(sources))
  const brokers = await findBrokers({
    settings,
    system,
    random: host.random,
    named: options.servers,
    warn: (message) => host.notice({ level: 'warning', code: 'transport-srv-failed', message }),
  })
  return { party, config, brokers }
}
