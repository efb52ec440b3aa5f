// A broker with JetStream, and estates on it one after the other: simulated nodes, a time of their own, and processes.
import { systemClock } from '@choirmaster/core/system'
import { brokerFleet, memoryLog } from '@choirmaster/simulator/broker'
import { natsServer } from '@choirmaster/testkit/nats-server'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { conductor } from './conductor.mjs'
import { crew } from './crew.mjs'
import { tap } from './tap.mjs'

/** @typedef {import('./engine.mjs').Orders} Orders */
/** @typedef {'file' | 'nats'} Store */
/** @typedef {import('@choirmaster/core').RunPlan} Plan */

/**
 * Nodes on which something may be done, with the processes that do it.
 * @typedef {object} Estate
 * @property {Plan} plan
 * @property {Store} store
 * @property {import('./conductor.mjs').Conductor} time
 * @property {import('./crew.mjs').Crew} crew
 * @property {readonly import('@choirmaster/simulator').FleetLogEntry[]} log what was done to the nodes
 * @property {() => Promise<readonly import('./tap.mjs').Sent[]>} tapped what is sent to them from now on
 * @property {(orders: Pick<Orders, 'act' | 'run'> & Partial<Orders>) => Orders} orders with what is the same for all
 * @property {() => string} newRun
 * @property {Pick<Orders, 'stream' | 'folder'>} other for a store of its own
 * @property {() => string[]} disabled nodes that are disabled now
 */
/**
 * Nodes in real time, for processes that know of no other.
 * @typedef {object} Live
 * @property {string} folder
 * @property {Estate['log']} log
 * @property {readonly import('./tap.mjs').Sent[]} sent what was sent to them
 * @property {(certname: string) => string} configOf an operator's Choria configuration
 */
/**
 * @typedef {object} House
 * @property {<T>(plan: Plan, store: Store, work: (estate: Estate) => Promise<T>) => Promise<T>} estate
 * @property {<T>(nodes: readonly string[], work: (live: Live) => Promise<T>) => Promise<T>} live
 * @property {() => Promise<void>} close
 */

const TLS = fileURLToPath(new URL('../../packages/simulator/test/fixtures/tls/', import.meta.url))
/** Two operators: names of certificates there, and of the files that they are in. */
export const OPERATORS = {
  deploy: { certname: 'deploy.mcollective', caller: 'choria=deploy.mcollective', file: 'deploy' },
  other: {
    certname: 'signer.privileged.mcollective',
    caller: 'choria=signer.privileged.mcollective',
    file: 'privileged',
  },
}
/** Runs are short, seconds: what is tested is between them. */
const scenario = { defaults: { run: 8 } }
/** Time moves by so many ms; more on many nodes, of which each does something at a moment of its own. */
const GRAIN = { few: 100, many: 1000 }
const MANY = 20
/** Ten times what the longest of them takes, with a lease that is waited for; real time. */
const MOST_MS = 600_000

/**
 * @param {[command: string, arg: string]} program
 * @returns {Promise<House>}
 */
export async function openHouse(program) {
  const server = await natsServer(
    program,
    (folder) =>
      `tls { cert_file: "${TLS}broker.pem", key_file: "${TLS}broker.key", ca_file: "${TLS}ca.pem", verify: true }\njetstream { store_dir: "${folder}/js" }`,
  )
  const broker = `nats://localhost:${server.port}`
  const tls = { ca: pem('ca.pem'), certificate: pem('broker.pem'), key: pem('broker.key') }
  const processes = crew()
  let runs = 0
  let estates = 0

  const configOf = (/** @type {string} */ certname) =>
    operator(server.folder, server.port, certname)

  /** @param {readonly string[]} nodes @param {import('@choirmaster/core').Clock} clock */
  async function fleetOf(nodes, clock) {
    const log = memoryLog()
    const fleet = await brokerFleet({
      ...{ broker, tls },
      security: { protocol: 'v1', callersCa: pem('ca.pem') },
      ...{ nodes, log, clock, wall: clock, scenario },
    })
    return { fleet, log: log.entries }
  }

  return {
    async estate(plan, store, work) {
      // A store of its own: who was killed before it had touched anything still holds its nodes in the one before.
      estates++
      const folder = mkdtempSync(join(server.folder, 'estate-'))
      mkdirSync(join(folder, 'other'))
      const present = join(folder, 'present')
      const grain = plan.nodes.length < MANY ? GRAIN.few : GRAIN.many
      const time = conductor(present, systemClock().now(), grain)
      const { fleet, log } = await fleetOf(plan.nodes, time.clock)
      /** @type {Awaited<ReturnType<typeof tap>> | undefined} */
      let wire
      try {
        const done = work({
          ...{ plan, store, time, crew: processes, log },
          tapped: async () => (wire = await tap(broker, tls, time.clock.now)).sent,
          other: { stream: `OTHER-${estates}`, folder: join(folder, 'other') },
          newRun: () => `20261122T020000-c${String(++runs).padStart(5, '0')}`,
          orders: ({ certname = OPERATORS.deploy.certname, ...orders }) => ({
            ...{ plan, store, stream: `CRASH-${estates}`, folder, present, certname },
            choriaConfig: configOf(certname),
            ...orders,
          }),
          disabled: () => plan.nodes.filter((node) => fleet.node(node)?.state.lock !== null),
        })
        return await Promise.race([done, tooLong()])
      } finally {
        time.close()
        await fleet.close()
        await wire?.close()
        rmSync(folder, { recursive: true })
      }
    },
    async live(nodes, work) {
      const folder = mkdtempSync(join(server.folder, 'live-'))
      const { fleet, log } = await fleetOf(nodes, systemClock())
      const wire = await tap(broker, tls, systemClock().now)
      try {
        return await work({ folder, log, sent: wire.sent, configOf })
      } finally {
        await fleet.close()
        await wire.close()
      }
    },
    async close() {
      processes.end()
      await server.remove()
    },
  }
}

/** @returns {Promise<never>} */
async function tooLong() {
  await delay(MOST_MS, undefined, { ref: false })
  throw new Error(`not over after ${MOST_MS / 1000} s: somebody waits for ever`)
}

/** @param {string} folder @param {number} port @param {string} certname */
function operator(folder, port, certname) {
  const { file: name = '' } =
    Object.values(OPERATORS).find((one) => one.certname === certname) ?? {}
  const file = join(folder, `${name}.conf`)
  const lines = [
    `plugin.choria.middleware_hosts = nats://localhost:${port}`,
    'plugin.security.provider = file',
    `plugin.security.file.certificate = ${TLS}${name}.pem`,
    `plugin.security.file.key = ${TLS}${name}.key`,
    `plugin.security.file.ca = ${TLS}ca.pem`,
  ]
  writeFileSync(file, lines.join('\n'))
  return file
}

/** @param {string} name */
function pem(name) {
  return readFileSync(join(TLS, name), 'utf8')
}
