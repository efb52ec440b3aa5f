// A broker with JetStream, simulated nodes on it, and processes that are killed and resumed.
import { systemClock } from '@choirmaster/core/system'
import { scaledClock } from '@choirmaster/simulator'
import { brokerFleet, memoryLog } from '@choirmaster/simulator/broker'
import { natsServer } from '@choirmaster/testkit/nats-server'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { fileURLToPath } from 'node:url'

/**
 * How a run that was killed and resumed ended, by the fleet's own log.
 * @typedef {object} Outcome
 * @property {boolean} killed
 * @property {'resumed' | 'untouched' | 'ended'} after
 * @property {string[]} twice nodes on which Puppet ran more than once
 * @property {string[]} unreported nodes that are disabled and that no report names
 * @property {string[]} different nodes that a run without a crash would have left otherwise
 * @property {number} tookMs
 */
/**
 * @typedef {object} Order
 * @property {import('@choirmaster/core').RunPlan} plan
 * @property {'file' | 'nats'} store
 * @property {{ where: string, at: number }} [kill]
 * @property {number} [killAfterMs]
 */
/** @typedef {{ crash(order: Order): Promise<Outcome>, close(): Promise<void> }} House */

const TLS = fileURLToPath(new URL('../../packages/simulator/test/fixtures/tls/', import.meta.url))
const ENGINE = fileURLToPath(new URL('engine.mjs', import.meta.url))
/** Runs are short, seconds: what is tested is between them. */
const scenario = { defaults: { run: 8 } }

/**
 * @param {[command: string, arg: string]} program @param {number} speed how many times real time
 * @returns {Promise<House>}
 */
export async function openHouse(program, speed) {
  const server = await natsServer(
    program,
    (folder) =>
      `tls { cert_file: "${TLS}broker.pem", key_file: "${TLS}broker.key", ca_file: "${TLS}ca.pem", verify: true }\njetstream { store_dir: "${folder}/js" }`,
  )
  const choriaConfig = operator(server.folder, server.port)
  let runs = 0

  return {
    async crash({ plan, store, kill, killAfterMs }) {
      const folder = mkdtempSync(join(server.folder, 'run-'))
      const realStart = systemClock().now()
      const start = realStart
      const clock = scaledClock(speed, start)
      const log = memoryLog()
      const fleet = await brokerFleet({
        broker: `nats://localhost:${server.port}`,
        tls: { ca: pem('ca.pem'), certificate: pem('broker.pem'), key: pem('broker.key') },
        security: { protocol: 'v1', callersCa: pem('ca.pem') },
        ...{ nodes: plan.nodes, log, clock, wall: clock, scenario },
      })
      const run = `20261122T020000-c${String(++runs).padStart(5, '0')}`
      const orders = {
        ...{ run, plan, store, stream: 'CRASH', folder, choriaConfig },
        ...{ speed, start, realStart },
      }
      const first = await act({ ...orders, act: 'run', ...(kill && { kill }) }, killAfterMs)
      const tookMs = systemClock().now() - realStart
      const second = first.killed ? await act({ ...orders, act: 'resume' }) : first
      const report = second.answer?.nodes === undefined ? undefined : second.answer
      const runsOf = new Map()
      for (const entry of log.entries) {
        if (entry.what === 'started') runsOf.set(entry.node, (runsOf.get(entry.node) ?? 0) + 1)
      }
      const disabled = plan.nodes.filter((node) => fleet.node(node)?.state.lock !== null)
      const untouched = /untouched|journal|unknown|without-events/.test(second.answer?.error ?? '')
      const ended = second.answer?.error === 'resume-ended'
      await fleet.close()
      rmSync(folder, { recursive: true })
      if (report === undefined && !untouched && !ended) {
        throw new Error(`the run was not resumed: ${JSON.stringify(second.answer)} ${second.told}`)
      }
      return {
        ...{ killed: first.killed, tookMs },
        after: untouched ? 'untouched' : ended ? 'ended' : 'resumed',
        twice: plan.nodes.filter((node) => (runsOf.get(node) ?? 0) > 1),
        unreported: disabled.filter((node) => report?.left_disabled[node] === undefined),
        // Nothing goes wrong on these nodes: each is to be run, proven and enabled.
        different: untouched
          ? plan.nodes.filter((node) => runsOf.has(node) || disabled.includes(node))
          : plan.nodes.filter((node) => {
              const { result, lock } = report?.nodes[node] ?? {}
              const proven = ended || result === 'changed' || result === 'unchanged'
              return !proven || (!ended && lock !== 'released') || !runsOf.has(node)
            }),
      }
    },
    close: () => server.remove(),
  }
}

/**
 * One process of the engine, to its end.
 * @param {import('./crash.mjs').Orders} orders @param {number} [killAfterMs]
 * @returns {Promise<{ killed: boolean, answer: any, told: string }>}
 */
async function act(orders, killAfterMs) {
  const child = spawn(process.execPath, [ENGINE, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let told = ''
  child.stdout.on('data', (data) => (out += String(data)))
  child.stderr.on('data', (data) => (told += String(data)))
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)))
  clearTimeout(timer)
  return { killed: signal === 'SIGKILL', answer: out === '' ? undefined : JSON.parse(out), told }
}

/** @param {string} folder @param {number} port */
function operator(folder, port) {
  const file = join(folder, 'client.conf')
  const lines = [
    `plugin.choria.middleware_hosts = nats://localhost:${port}`,
    'plugin.security.provider = file',
    `plugin.security.file.certificate = ${TLS}deploy.pem`,
    `plugin.security.file.key = ${TLS}deploy.key`,
    `plugin.security.file.ca = ${TLS}ca.pem`,
  ]
  writeFileSync(file, lines.join('\n'))
  return file
}

/** @param {string} name */
function pem(name) {
  return readFileSync(join(TLS, name), 'utf8')
}
