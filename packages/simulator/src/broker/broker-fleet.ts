import type { Clock, Notice } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'
import { fail } from '../errors.js'
import type { FleetLog } from '../fleet/fleet-log.js'
import { createFleet } from '../fleet/fleet.js'
import { noLog } from '../fleet/logs.js'
import type { SimNode } from '../node/node.js'
import type { Scenario } from '../scenario/scenario.js'
import { connectBroker, type BrokerTls } from './connection.js'
import { AGENTS } from './filter.js'
import { createPresence } from './presence.js'
import { createServers } from './server.js'
import { serverWireV1 } from './v1/wire.js'
import { pairOfSeed } from './v2/keys.js'
import { createMint, type Mint } from './v2/tokens.js'
import { serverWireV2 } from './v2/wire.js'
import type { ServerWire } from './wire.js'

/**
 * How the nodes prove callers. v1: by certificates of a CA, PEM. v2: by tokens of an issuer, whose seed (hex) also
 * makes the nodes' own tokens and the one that logs in on Choria's broker.
 */
export type FleetSecurity =
  | { readonly protocol: 'v1'; readonly callersCa: string }
  | { readonly protocol: 'v2'; readonly issuerSeed: string }

export interface BrokerFleetOptions {
  /** `nats://host:port`, one or several. */
  readonly broker: string | readonly string[]
  readonly nodes: readonly string[]
  readonly security: FleetSecurity
  /** Absent: no TLS. */
  readonly tls?: BrokerTls
  /** Default: Choria's, `mcollective` for v1 and `choria` for v2. */
  readonly collective?: string
  readonly scenario?: Scenario
  /** Default: the scenario's, else 1. */
  readonly seed?: number
  /** The fleet's time, real or scaled. Default: real. */
  readonly clock?: Clock
  /** The time by which requests are signed. Default: real. */
  readonly wall?: Clock
  /** Default: none. Closed with the fleet. */
  readonly log?: FleetLog
  notice?(notice: Notice): void
}

/** Simulated nodes on a real broker. */
export interface BrokerFleet {
  readonly seed: number
  readonly collective: string
  /** A node as it is now. */
  node(name: string): SimNode | undefined
  close(): Promise<void>
}

/** A node's name becomes part of a subject: a host name. */
const IDENTITY = /^[\w-]+(?:\.[\w-]+)*$/

/**
 * Connects the simulated nodes to a broker, where they answer until the fleet is closed: any number of nodes, one
 * connection. Resolves when the broker knows all of them.
 * @throws CodedError `simulator-broker-failed`, `simulator-broker-unusable`
 */
export async function brokerFleet(options: BrokerFleetOptions): Promise<BrokerFleet> {
  const { nodes, scenario = {}, security, broker, tls } = options
  const clock = options.clock ?? systemClock()
  const wall = options.wall ?? systemClock()
  const collective = options.collective ?? (security.protocol === 'v1' ? 'mcollective' : 'choria')
  const odd = nodes.find((node) => !IDENTITY.test(node))
  if (odd !== undefined) {
    throw fail('simulator-broker-unusable', {
      message: `${JSON.stringify(odd)} cannot be the identity of a Choria server`,
      place: odd,
    })
  }
  const { wire, mint } = secure(security, collective, wall)
  const seed = options.seed ?? scenario.seed ?? 1
  const connection = await connectBroker({
    servers: typeof broker === 'string' ? [broker] : broker,
    ...(tls && { tls }),
    ...(mint && { login: (nonce) => mint.login(nonce) }),
    notice: (notice) => options.notice?.(notice),
  })

  const presence = createPresence(options.log ?? noLog)
  const start = clock.now()
  const fleet = createFleet({
    scenario: { ...scenario, fleet: nodes },
    ...{ seed, start, log: presence.log },
  })
  const join = (node: string): (() => void) => {
    const listening = connection.subscribe(`${collective}.node.${node}`, (payload) =>
      servers.heard(payload, [node]),
    )
    return () => listening.unsubscribe()
  }
  const servers = createServers({
    ...{ fleet, wire, collective, clock, wall, log: presence.log },
    publish: (subject, payload) => connection.publish(subject, payload),
    moved: () => presence.update(fleet, join),
  })
  for (const agent of AGENTS) {
    connection.subscribe(`${collective}.broadcast.agent.${agent}`, (payload) =>
      servers.heard(payload, fleet.connected()),
    )
  }
  servers.start()
  await connection.flush()
  return {
    seed,
    collective,
    node(name) {
      fleet.advance(clock.now())
      return fleet.node(name)
    },
    async close() {
      servers.stop()
      await connection.close()
      presence.log.close()
    },
  }
}

function secure(
  security: FleetSecurity,
  collective: string,
  wall: Clock,
): { readonly wire: ServerWire; readonly mint?: Mint } {
  if (security.protocol === 'v1') {
    try {
      return { wire: serverWireV1(security.callersCa) }
    } catch (cause) {
      const message = `The CA of the callers cannot be used: ${(cause as Error).message}`
      throw fail('simulator-broker-unusable', { message, cause })
    }
  }
  const issuer = pairOfSeed(security.issuerSeed)
  if (issuer === undefined) {
    throw fail('simulator-broker-unusable', {
      message: "The issuer's seed is not 64 hex digits, as Choria writes seeds",
    })
  }
  const mint = createMint(issuer, security.issuerSeed, collective, wall.now())
  return { wire: serverWireV2(issuer, mint), mint }
}
