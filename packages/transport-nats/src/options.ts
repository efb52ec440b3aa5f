import { schema } from '@choirmaster/core/provide'

/** Options of the transport `nats`; what is not given is as Choria's client configuration says. */
export interface NatsTransportOptions {
  readonly choriaConfig?: string
  /** Comma list, as Choria's own setting. */
  readonly servers?: string
  readonly collective?: string
  readonly certname?: string
  readonly ssldir?: string
  readonly pace?: number
  readonly unsignedReplies?: 'refuse' | 'accept'
}

export const natsTransportOptions = schema<NatsTransportOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    choriaConfig: {
      type: 'string',
      minLength: 1,
      description:
        "Choria's client configuration. Default: as the choria command finds it (~/.choriarc, /etc/choria/client.conf …).",
    },
    servers: {
      type: 'string',
      minLength: 1,
      description:
        'Brokers, host:port, in the order to try them, separated by commas. Default: plugin.choria.middleware_hosts, SRV records of _mcollective-server._tcp, puppet:4222.',
    },
    collective: {
      type: 'string',
      minLength: 1,
      description: 'Collective of the nodes. Default: main_collective.',
    },
    certname: {
      type: 'string',
      minLength: 1,
      description: 'Name of the certificate. Default: MCOLLECTIVE_CERTNAME, else USER.mcollective.',
    },
    ssldir: {
      type: 'string',
      minLength: 1,
      description: "SSL folder in Puppet's layout. Default: that of Choria.",
    },
    pace: {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'Nodes a second that a request is sent to at most. Default: no limit.',
    },
    unsignedReplies: {
      enum: ['refuse', 'accept'],
      default: 'refuse',
      description:
        'Protocol v2 with configured issuers: what is done with a reply that is not signed.',
    },
  },
})
