import type { Authenticator, NatsConnection, Subscription } from 'nats'
import type { Milliseconds, Notice } from '@choirmaster/core/provide'
import { fail } from '../errors.js'

/** Names and keys in PEM; what is absent is not asked for. */
export interface BrokerTls {
  /** CAs of the broker's certificate. */
  readonly ca: string
  readonly certificate?: string
  readonly key?: string
}

export interface BrokerSettings {
  /** `nats://host:port`, one or several. */
  readonly servers: readonly string[]
  readonly tls?: BrokerTls
  /** Answers the broker's nonce. */
  readonly login?: (nonce: string) => object
  notice(notice: Notice): void
}

/** The connection that all simulated nodes share. */
export interface BrokerConnection {
  subscribe(subject: string, heard: (payload: Uint8Array) => void): Subscription
  /** What cannot be sent, as the connection is down or the message too large, is lost as on a real server. */
  publish(subject: string, payload: Uint8Array): boolean
  /** Resolves when the broker knows all subscriptions. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Real servers wait up to 20 s; the nodes of a rehearsal are back soon after their broker. */
const RECONNECT_AFTER: Milliseconds = 500

/** @throws CodedError `simulator-broker-failed` */
export async function connectBroker(settings: BrokerSettings): Promise<BrokerConnection> {
  const nats = await open(settings)
  let up = true
  void watch(nats, (type, server) => {
    up = type === 'reconnect'
    const message = up
      ? `The simulated nodes are connected to ${server} again`
      : `The simulated nodes have lost the broker ${server}`
    settings.notice({ level: 'info', code: `simulator-broker-${type}`, message })
  })
  return {
    subscribe: (subject, heard) =>
      nats.subscribe(subject, {
        callback(error, message) {
          if (error === null) return heard(message.data)
          const text = `The broker does not let the simulated nodes subscribe to ${subject}`
          settings.notice({ level: 'warning', code: 'simulator-broker-denied', message: text })
        },
      }),
    publish(subject, payload) {
      const most = nats.info?.max_payload
      if (!up || most === undefined || payload.length > most) return false
      nats.publish(subject, payload)
      return true
    },
    flush: () => nats.flush(),
    close: () => nats.close(),
  }
}

async function open({ servers, tls, login }: BrokerSettings): Promise<NatsConnection> {
  const { connect } = await import('nats') // 70 ms that a fleet in process does without
  try {
    return await connect({
      servers: [...servers],
      name: 'simulated fleet',
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_AFTER,
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
      ...(tls && {
        tls: {
          ca: tls.ca,
          ...(tls.certificate !== undefined && { cert: tls.certificate }),
          ...(tls.key !== undefined && { key: tls.key }),
        },
      }),
      ...(login && {
        authenticator: ((nonce) => (nonce ? login(nonce) : {})) as Authenticator,
      }),
    })
  } catch (cause) {
    throw fail('simulator-broker-failed', {
      message: `Cannot connect to ${servers.join(', ')}: ${(cause as Error).message}`,
      cause,
    })
  }
}

/** Ends with the connection. */
async function watch(
  nats: NatsConnection,
  told: (type: 'disconnect' | 'reconnect', server: string) => void,
): Promise<void> {
  for await (const { type, data } of nats.status()) {
    if (type === 'disconnect' || type === 'reconnect') told(type, String(data))
  }
}
