// The broker dies for 30 s in the middle of a run of 200 nodes: does the run succeed, and is no node run twice?
// The nodes are simulated ones on a real broker; run, nodes and outage are all on one clock, scaled so that it
// takes a minute.
//
//   node tools/bench/fleet-outage.mjs [--nodes 200] [--outage 30] [--speed 10]
//
// Needs a nats-server ($NATS_SERVER, on the PATH, or that of the lab, which takes Go) and compiled packages (npm start).
// Ends with 1 when something is not as it should be; where there is no broker it says so and ends with 0.
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { memoryStore, runPlan } from '@choirmaster/core/testing'
import { scaledClock } from '@choirmaster/simulator'
import { brokerFleet, memoryLog } from '@choirmaster/simulator/broker'
import { natsTransport } from '@choirmaster/transport-nats'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { natsProgram } from './nats-program.mjs'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '200' },
    outage: { type: 'string', default: '30' },
    speed: { type: 'string', default: '10' },
  },
})
const count = Number(values.nodes)
const tls = fileURLToPath(new URL('../../packages/simulator/test/fixtures/tls/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'choirmaster-outage-'))
const port = await freePort()
const signal = new AbortController().signal
/** @type {import('node:child_process').ChildProcess | undefined} */
let broker
try {
  const program = await natsProgram()
  if ('reason' in program) console.log(`Skipped: ${program.reason}`)
  else process.exitCode = (await main(program)) ? 0 : 1
} finally {
  broker?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}

/** @param {[command: string, arg: string]} program what starts the broker */
async function main(program) {
  await startBroker(program)
  const clock = scaledClock(Number(values.speed), systemClock().now())
  const plan = site()
  const log = memoryLog()
  const fleet = await brokerFleet({
    broker: `nats://localhost:${port}`,
    tls: { ca: pem('ca.pem'), certificate: pem('broker.pem'), key: pem('broker.key') },
    security: { protocol: 'v1', callersCa: pem('ca.pem') },
    ...{ nodes: plan.nodes, log, clock, wall: clock },
  })
  /** @type {(notice: import('@choirmaster/core').Notice) => void} */
  let heard = () => {}
  const transport = await natsTransport.open(
    { choriaConfig: operator(), certname: 'deploy.mcollective' },
    { ...{ baseDir: folder, clock, random: systemRandom() }, notice: (notice) => heard(notice) },
    { signal },
  )
  const began = clock.now()
  let killed = false
  /** @type {string[]} */
  const connections = []
  const report = await executeRun({
    ...{ run: '20261122T020000-outage', plan, options: DEFAULT_OPTIONS, clock },
    agent: createPuppetAgent(transport),
    store: memoryStore(),
    confirm: async () => 'flag',
    listen(listener) {
      heard = listener
      return () => {}
    },
    onEvents(events) {
      for (const event of events) {
        if (event.type !== 'notice' || !/connected$/.test(event.code)) continue
        connections.push(event.code)
        console.log(`${at(clock, began)} ${event.message}`)
      }
      const ended = log.entries.filter(({ what }) => what === 'ended').length
      if (killed || ended < count / 2) return
      killed = true
      console.log(`${at(clock, began)} half of the nodes have run: the broker is killed`)
      void outage(clock, program)
    },
    ...{ soft: signal, hard: signal },
  })
  const took = at(clock, began)
  await transport.close?.()
  await fleet.close()

  /** @type {Map<string, number>} */
  const runs = new Map()
  for (const entry of log.entries) {
    if (entry.what === 'started') runs.set(entry.node, (runs.get(entry.node) ?? 0) + 1)
  }
  const twice = [...runs].filter(([, times]) => times > 1).map(([node]) => node)
  const left = plan.nodes.filter((node) => fleet.node(node)?.state.lock !== null)
  console.log(`${took} the run ${report.result}, exit ${report.exit}`)
  console.log(
    `${runs.size} of ${count} nodes were run, ${twice.length} of them twice; ${left.length} are left disabled`,
  )
  const told = connections.join() === 'transport-disconnected,transport-reconnected'
  if (!told)
    console.log(`The events of the run tell of the connection: ${connections.join() || 'nothing'}`)
  return (
    killed && told && report.exit === 0 && runs.size === count && twice.length + left.length === 0
  )
}

/** Five applications: each has a fifth of the nodes, every fifth of which the others wait for. */
function site() {
  const names = Array.from({ length: count }, (_, index) => `node${index + 1}.example.net`)
  const applications = Array.from({ length: 5 }, (_, app) =>
    names.filter((_name, index) => index % 5 === app),
  )
  const parts = applications.map((all) => ({
    producers: all.filter((_name, index) => index % 5 === 0),
    consumers: all.filter((_name, index) => index % 5 !== 0),
  }))
  return runPlan(
    [parts.flatMap(({ producers }) => producers), parts.flatMap(({ consumers }) => consumers)],
    parts.flatMap(({ producers, consumers }) =>
      producers.flatMap((from) => consumers.map((to) => `${from}>${to}`)),
    ),
    Object.fromEntries(applications.map((all, index) => [`Lamp[app${index + 1}]`, all])),
  )
}

/** @param {import('@choirmaster/core').Clock} clock @param {[command: string, arg: string]} program */
async function outage(clock, program) {
  broker?.kill('SIGKILL')
  await clock.sleepUntil(clock.now() + Number(values.outage) * 1000, signal)
  await startBroker(program)
}

/** @param {import('@choirmaster/core').Clock} clock @param {number} began */
function at(clock, began) {
  return `${String(Math.round((clock.now() - began) / 1000)).padStart(4)} s:`
}

/** @param {[command: string, arg: string]} program */
async function startBroker([command, arg]) {
  const files = `cert_file: "${tls}broker.pem", key_file: "${tls}broker.key", ca_file: "${tls}ca.pem"`
  const config = join(folder, 'nats.conf')
  writeFileSync(config, `listen: 127.0.0.1:${port}\ntls { ${files}, verify: true }\n`)
  broker = spawn(command, [arg, config], { stdio: 'ignore' })
  await listening()
}

function operator() {
  const file = join(folder, 'client.conf')
  const lines = [
    `plugin.choria.middleware_hosts = nats://localhost:${port}`,
    'plugin.security.provider = file',
    `plugin.security.file.certificate = ${tls}deploy.pem`,
    `plugin.security.file.key = ${tls}deploy.key`,
    `plugin.security.file.ca = ${tls}ca.pem`,
  ]
  writeFileSync(file, lines.join('\n'))
  return file
}

/** @param {string} name */
function pem(name) {
  return readFileSync(`${tls}${name}`, 'utf8')
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** @returns {Promise<void>} */
function listening() {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      })
      socket.once('error', () => setTimeout(attempt, 20))
    }
    attempt()
  })
}
