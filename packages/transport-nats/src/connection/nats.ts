import { createRequire } from 'node:module'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { Authenticator, ConnectionOptions as NatsOptions, NatsConnection, Status } from 'nats'
import type * as Base from 'nats/lib/nats-base-client/internal_mod.js'
import type * as Node from 'nats/lib/src/node_transport.js'
import type { Call, Host, Milliseconds } from '@choirmaster/core/provide'
import { transportError } from '../errors.js'
import { backoff } from './backoff.js'
import { brokerUrl, withFirst, type Broker } from './broker.js'
import type { Connection, Listener } from './connection.js'
import { openEar } from './ear.js'
import { diagnose, type BrokerProblem } from './diagnose.js'
import { createLane, type Lane } from './lane.js'
import { withLane, type LaneOptions } from './lane-transport.js'
import { nameCheck } from './tls.js'

/** What it takes to reach a broker. */
export interface Dial {
  /** In the order to try them. */
  readonly brokers: readonly Broker[]
  readonly tls: TlsOptions
  /** Who we are, for the broker's logs. */
  readonly name: string
  /** The subject below which the library's own replies come; absent: the library's default. */
  readonly inboxPrefix?: string
  /** Of one try: dial, TLS and login. */
  readonly timeout: Milliseconds
  /** Answers the broker's nonce with what the CONNECT must carry; absent: the certificate is enough. */
  readonly login?: (nonce: string) => object
  /** The way past the library. */
  readonly lane?: Lane
}

/** What it takes to connect. */
export interface NatsSettings extends Dial {
  /** The one subject, with wildcard, that all replies come to. */
  readonly inbox: string
}

/** NATS' own default; Choria's broker does not override it. */
const DEFAULT_MAX_PAYLOAD = 1_048_576
/** As Choria's own clients: a broker that went away unseen is noticed after three of them. */
const PING_INTERVAL: Milliseconds = 30_000

/**
 * Connects to the first broker that answers and keeps connected, endlessly, until it is closed.
 * @throws transport-no-broker (or what is wrong with all of them) naming each that was tried; transport-denied when
 *   the replies' subject may not be subscribed to.
 */
export async function connectNats(
  settings: NatsSettings,
  host: Pick<Host, 'clock' | 'random' | 'notice'>,
  listener: Listener,
  call: Call,
): Promise<Connection> {
  const pause = backoff(host.clock, host.random)
  const lane = createLane()
  const nats = await dial({ ...settings, lane }, pause, call)
  let up = true
  let told = ''
  let maxPayload = nats.info?.max_payload ?? DEFAULT_MAX_PAYLOAD

  void watch(nats, {
    disconnect(server) {
      if (!up) return // told again after each try that failed
      up = false
      pause.down()
      const message = `The connection to the broker ${server} is down; it is tried again until it is up`
      host.notice({ level: 'warning', code: 'transport-disconnected', message })
    },
    reconnect(server) {
      up = true
      told = ''
      maxPayload = nats.info?.max_payload ?? maxPayload
      const message = `Connected to the broker ${server} again`
      host.notice({ level: 'info', code: 'transport-reconnected', message })
    },
    error(code, context) {
      if (context?.operation === 'publish') return listener.denied(context.subject)
      const message = `The broker says: ${code}${context ? ` (${context.subject})` : ''}`
      if (message === told) return // a login that is refused is refused at each try
      told = message
      host.notice({ level: 'warning', code: 'transport-broker-error', message })
    },
  })

  const ear = await openEar(nats, settings.inbox, lane, listener, host)
  if (!ear.open) {
    await nats.close()
    throw transportError('transport-denied', {
      message: `The broker does not let us subscribe to our replies, ${settings.inbox}`,
    })
  }

  return {
    // The library's info is gone from when it drops what was not sent until a broker greets anew: between the
    // loss of the connection and the event that tells of it nothing can slip into the next connection.
    get live() {
      return up && ear.open && nats.info !== undefined
    },
    get maxPayload() {
      return maxPayload
    },
    publish(subject, payload, reply) {
      if (payload.length > maxPayload || !lane.publish(subject, payload, reply)) {
        nats.publish(subject, payload, { reply })
      }
    },
    async flush() {
      await lane.write()
      await nats.flush()
    },
    async close() {
      up = false
      ear.close()
      await nats.close()
    },
  }
}

/**
 * The library's own connection, tried again endlessly until it is closed.
 * @throws as `connectNats`
 */
export async function dial(
  settings: Dial,
  pause: { wait(): Milliseconds },
  { signal }: Call,
): Promise<NatsConnection> {
  const connect = library()
  const options: NatsOptions & LaneOptions = {
    noRandomize: true,
    // What a broker says before TLS anybody on the way can write: only brokers that the operator named are tried.
    ignoreClusterUpdates: true,
    name: settings.name,
    timeout: settings.timeout,
    // What Node takes beyond the library's type (crl, minVersion) is passed on by it.
    tls: {
      ...(settings.tls as NonNullable<NatsOptions['tls']>),
      checkServerIdentity: nameCheck(settings.brokers.map(({ host }) => host)),
    } as NonNullable<NatsOptions['tls']>,
    maxReconnectAttempts: -1,
    // The same refusal twice ends the library's tries by default, and a broker that starts may refuse at first.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => pause.wait(),
    pingInterval: PING_INTERVAL,
    noAsyncTraces: true,
    ...(settings.lane && { lane: settings.lane }),
    ...(settings.inboxPrefix !== undefined && { inboxPrefix: settings.inboxPrefix }),
    ...(settings.login && { authenticator: settings.login as Authenticator }),
  }
  const attempt = async (servers: readonly string[]): Promise<NatsConnection> => {
    const connecting = connect({ ...options, servers: [...servers] })
    // Given up meanwhile: whoever asked is not there any more to close it.
    connecting.then((late) => (signal.aborted ? late.close() : undefined)).catch(() => {})
    const settled = new AbortController()
    try {
      return await Promise.race([connecting, aborted(signal, settled.signal)])
    } finally {
      settled.abort()
    }
  }
  try {
    const nats = await attempt(settings.brokers.map(brokerUrl))
    const order = withFirst(settings.brokers, nats.getServer())
    if (order[0] === settings.brokers[0]) return nats
    // The library forgets for good whom it could not reach before it was connected once; they are wanted when this
    // one goes away.
    await nats.close()
    return await attempt(order.map(brokerUrl))
  } catch (failure) {
    signal.throwIfAborted()
    throw await explain(settings, failure)
  }
}

const load = createRequire(import.meta.url)

/**
 * The library's `connect`, with our transport. Loaded when a connection is really wanted: 40 ms, and 50 ms by
 * `import`, which looks for the names that each of its modules exports.
 */
function library(): (options: NatsOptions) => Promise<NatsConnection> {
  const base = load('nats/lib/nats-base-client/internal_mod.js') as typeof Base
  const node = load('nats/lib/src/node_transport.js') as typeof Node
  const LaneTransport = withLane(node.NodeTransport)
  return (options) => {
    // As its own `connect` does. It is one for the process: who connects by that one takes the lane from connections
    // that are made anew afterwards, and leaves them the library's way.
    base.setTransportFactory({
      factory: () => new LaneTransport(),
      dnsResolveFn: node.nodeResolveHost,
    })
    return base.NatsConnectionImpl.connect(options)
  }
}

/** Rejects when `signal` aborts; `over` ends the listening: one signal may outlive any number of connections. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.throwIfAborted()
    const once = { once: true, signal: over }
    signal.addEventListener('abort', () => reject(signal.reason as Error), once)
  })
}

/** What is wrong with each broker; the code is theirs when it is the same for all. */
async function explain({ brokers, tls, timeout }: Dial, failure: unknown): Promise<Error> {
  const problems = await Promise.all(
    brokers.map((broker) => diagnose(broker, tls, timeout, failure)),
  )
  const [first] = problems as [BrokerProblem]
  const same = problems.every(({ code }) => code === first.code)
  return transportError(same ? first.code : 'transport-no-broker', {
    message: problems.map(({ message }) => message).join('; '),
    problems,
    cause: failure,
    ...(first.place !== undefined && { place: first.place }),
  })
}

interface StatusListener {
  disconnect(server: string): void
  reconnect(server: string): void
  error(code: string, context: Status['permissionContext']): void
}

/** Ends with the connection. */
async function watch(nats: NatsConnection, listener: StatusListener): Promise<void> {
  for await (const { type, data, permissionContext } of nats.status()) {
    if (type === 'disconnect') listener.disconnect(String(data))
    else if (type === 'reconnect') listener.reconnect(String(data))
    else if (type === 'error') listener.error(String(data), permissionContext)
  }
}
