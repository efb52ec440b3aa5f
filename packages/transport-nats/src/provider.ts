import type { Call, Host, Provider, Transport } from '@choirmaster/core/provide'
import { nodeSystem, type System } from '@choirmaster/puppet-identity'
import { connectNats } from './connection/nats.js'
import { tlsOptions } from './connection/tls.js'
import { examine } from './examine/examine.js'
import { explain } from './examine/explain.js'
import { natsTransportOptions, type NatsTransportOptions } from './options.js'
import { readOperator } from './party/read-operator.js'
import { createDesk } from './rpc/desk.js'
import { skewWatch } from './rpc/skew.js'
import { strays } from './rpc/strays.js'
import { inboxSubject } from './rpc/subjects.js'
import { rpcTransport } from './rpc/transport.js'

async function openTransport(
  options: NatsTransportOptions,
  host: Host,
  call: Call,
  system: System,
): Promise<Transport> {
  const { party, config, brokers } = await readOperator(options, host, system)
  const { collective } = config

  const { caller, wire, login, validUntil } = party
  const inbox = inboxSubject(collective, caller, host.random)
  const desk = createDesk(wire, strays(host), inbox, collective, skewWatch(host))
  const connection = await connectNats(
    {
      brokers,
      tls: tlsOptions(party.tls),
      name: caller,
      inbox: `${inbox}.>`,
      timeout: config.connectTimeout,
      ...(login !== undefined && { login }),
    },
    host,
    desk,
    call,
  )
  const { pace } = options
  return rpcTransport({
    ...{ wire, connection, desk, host, caller, validUntil, collective, inbox },
    ...{ ttl: config.ttl, discoveryTimeout: config.discoveryTimeout },
    ...(pace !== undefined && { pace }),
  })
}

/**
 * The transport `nats`: Choria RPC to named nodes over Choria's or any NATS broker, protocol v1 or v2 as the
 * operator's Choria configuration says. Opening it connects; it stays connected until it is closed.
 */
export function natsTransportOf(system: () => System): Provider<'transport', NatsTransportOptions> {
  return {
    kind: 'transport',
    name: 'nats',
    summary: 'Choria RPC over NATS, as the choria command is configured',
    options: natsTransportOptions,
    open: (options, host, call) => openTransport(options, host, call, system()),
    explain: (options, host) => explain(options, host, system()),
    examine: (options, host, call) => examine(options, host, system(), call),
  }
}

export const natsTransport = natsTransportOf(nodeSystem)
