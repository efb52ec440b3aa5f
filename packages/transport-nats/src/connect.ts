/** For what else lives on Choria's broker: a connection of the operator's, as the transport would make it. */
import type { NatsConnection } from 'nats'
import type { Call, Host } from '@choirmaster/core/provide'
import { nodeSystem } from '@choirmaster/puppet-identity'
import { backoff } from './connection/backoff.js'
import { dial } from './connection/nats.js'
import { tlsOptions } from './connection/tls.js'
import type { NatsTransportOptions } from './options.js'
import { readOperator } from './party/read-operator.js'
import { inboxSubject } from './rpc/subjects.js'

/** How the operator is known to the broker; what is not given is as Choria's client configuration says. */
export type BrokerOptions = Pick<
  NatsTransportOptions,
  'choriaConfig' | 'servers' | 'collective' | 'certname' | 'ssldir'
>

/**
 * Connects as the transport `nats` does, and stays connected. Replies come where Choria's brokers let the caller
 * subscribe.
 * @throws coded errors of the transport
 */
export async function connectOperator(
  options: BrokerOptions,
  host: Host,
  call: Call,
): Promise<NatsConnection> {
  // Of a certificate that ends soon and the like the transport tells.
  const quiet: Host = { ...host, notice: () => undefined }
  const { party, config, brokers } = await readOperator(options, quiet, nodeSystem())
  const { caller, login } = party
  const settings = {
    brokers,
    tls: tlsOptions(party.tls),
    name: caller,
    inboxPrefix: inboxSubject(config.collective, caller, host.random),
    timeout: config.connectTimeout,
    ...(login !== undefined && { login }),
  }
  return dial(settings, backoff(host.clock, host.random), call)
}
