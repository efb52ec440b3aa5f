import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import {
  DEFAULT_OPTIONS,
  executeRun,
  type Answer,
  type Clock,
  type Notice,
  type RpcRequest,
  type RunPlan,
  type RunReport,
  type Transport,
} from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { memoryStore } from '@choirmaster/core/testing'
import { natsTransport } from '@choirmaster/transport-nats'
import { brokerFleet, memoryLog, type BrokerFleet } from '../../src/broker/index.js'
import { scaledClock } from '../../src/clock/scaled-clock.js'
import type { FleetLogEntry } from '../../src/fleet/fleet-log.js'
import type { Scenario } from '../../src/scenario/scenario.js'
import { pairOfSeed } from '../../src/broker/v2/keys.js'
import { clientToken, ISSUER_SEED, OPERATOR_SEED } from './client.js'
import { certificate, key } from './recorded.js'
import type { NatsServer } from '@choirmaster/testkit/nats-server'
import { TLS } from './tls-broker.js'

const { signal } = new AbortController()

/** Simulated nodes on a broker, and an operator with the real transport: both on the same scaled clock. */
export interface House {
  readonly clock: Clock
  readonly fleet: BrokerFleet
  readonly transport: Transport
  readonly log: readonly FleetLogEntry[]
  readonly notices: readonly Notice[]
  ask(request: Partial<RpcRequest>): Promise<readonly Answer[]>
  /** @param watch called at each batch of events */
  run(plan: RunPlan, watch?: () => void): Promise<RunReport>
  close(): Promise<void>
}

export interface HouseOptions {
  readonly broker: NatsServer
  readonly protocol: 'v1' | 'v2'
  readonly nodes: readonly string[]
  readonly scenario?: Scenario
  /** How many times real time. */
  readonly speed?: number
}

/** @example const house = await openHouse({ broker, protocol: 'v1', nodes: ['a.example.net'] }) */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { broker, protocol, nodes, scenario = {}, speed = 1 } = options
  const clock = scaledClock(speed, systemClock().now())
  const notices: Notice[] = []
  const log = memoryLog()
  const fleet = await brokerFleet({
    ...{ nodes, scenario, log, clock, wall: clock },
    broker: `nats://localhost:${broker.port}`,
    tls: { ca: certificate('ca'), certificate: certificate('broker'), key: key('broker') },
    security:
      protocol === 'v1'
        ? { protocol, callersCa: certificate('ca') }
        : { protocol, issuerSeed: ISSUER_SEED },
  })
  const transport = await natsTransport.open(
    { choriaConfig: writeConfig(broker, protocol), certname: 'deploy.mcollective' },
    {
      ...{ baseDir: '/', clock, random: systemRandom() },
      notice: (notice) => void notices.push(notice),
    },
    { signal },
  )
  return {
    ...{ clock, fleet, transport, notices },
    log: log.entries,
    async ask(request) {
      const answers: Answer[] = []
      const whole = { agent: 'puppet', action: 'status', data: {}, nodes, timeoutMs: 22_000 }
      for await (const answer of transport.request(
        { ...whole, changes: false, ...request },
        { signal },
      )) {
        answers.push(answer)
      }
      return answers.toSorted((a, b) => (a.node < b.node ? -1 : 1))
    },
    run: (plan, watch = () => undefined) =>
      executeRun({
        run: '20261122T020000-abc123',
        plan,
        options: DEFAULT_OPTIONS,
        agent: createPuppetAgent(transport),
        store: memoryStore(),
        clock,
        confirm: async () => 'flag',
        onEvents: watch,
        soft: signal,
        hard: signal,
      }),
    async close() {
      await transport.close?.()
      await fleet.close()
    },
  }
}

/** Writes the operator's Choria configuration, and its token. */
function writeConfig({ folder, port }: NatsServer, protocol: 'v1' | 'v2'): string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const hosts = `plugin.choria.middleware_hosts = nats://localhost:${port}`
  if (protocol === 'v1') {
    const lines = [
      'plugin.security.provider = file',
      `plugin.security.file.certificate = ${TLS}deploy.pem`,
      `plugin.security.file.key = ${TLS}deploy.key`,
      `plugin.security.file.ca = ${TLS}ca.pem`,
    ]
    return file('v1.conf', [hosts, ...lines].join('\n'))
  }
  const lines = [
    'plugin.security.provider = choria',
    `plugin.security.choria.token_file = ${file('deploy.jwt', clientToken({ exp: 2e9 }))}`,
    `plugin.security.choria.seed_file = ${file('deploy.seed', OPERATOR_SEED)}`,
    `plugin.security.choria.ca = ${TLS}ca.pem`,
    `plugin.security.choria.certificate = ${TLS}deploy.pem`,
    `plugin.security.choria.key = ${TLS}deploy.key`,
    'plugin.security.issuer.names = choria',
    `plugin.security.issuer.choria.public = ${pairOfSeed(ISSUER_SEED)!.publicHex}`,
  ]
  return file('v2.conf', [hosts, ...lines].join('\n'))
}
