// One request to 50,000 nodes and their 50,000 replies: CPU, time and memory of this transport, side by side with a
// plain subscriber of the `nats` library that decodes and checks the hash, and with Choria's own Go client.
//
//   node tools/bench/transport.mjs [--nodes 50000] [--rounds 3]
//
// Needs a nats-server ($NATS_SERVER, on the PATH, or that of the lab, which takes Go) and compiled packages (npm start).
// Choria's own client is the lab's too (docs/lab.md), and is left out where Go is missing.
// All ask `puppet status`; a reply is 1.1 kB. Every client is a process of its own and tells what the kernel counted
// for it, user and system: its whole CPU counts, start included; beside it stands the CPU of the request alone, where
// the client tells it. Clients take turns, another first in each round, and are compared by their medians: what else
// the machine does then falls on all of them. `undecoded` is the library alone, replies only counted. What broker and
// nodes take beside the client is told too: where all share few cores, that is when a request can be out.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as dial, createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { program as labProgram } from '../lab/choria/lib/program.mjs'
import { natsProgram } from './nats-program.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const tls = fileURLToPath(
  new URL('../../packages/transport-nats/test/fixtures/tls/', import.meta.url),
)

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '3' },
  },
})
const nodes = Number(values.nodes)
const folder = mkdtempSync(join(tmpdir(), 'choirmaster-bench-'))
/** @type {import('node:child_process').ChildProcess[]} */
const children = []
try {
  await main()
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}

async function main() {
  const port = await freePort()
  const config = writeConfigs(port)
  const broker = await natsProgram()
  if ('reason' in broker) throw new Error(broker.reason)
  const [command, arg] = broker
  const server = start(command, [arg, join(folder, 'nats.conf')])
  await listening(port)
  const fleet = start(process.execPath, [join(here, 'transport-fleet.mjs'), String(port), tls])
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => fleet.stdout?.once('data', () => resolve()))
  )

  const clients = {
    choirmaster: [process.execPath, join(here, 'transport-client.mjs'), config, String(nodes)],
    'plain nats': [
      process.execPath,
      join(here, 'transport-plain.mjs'),
      String(port),
      tls,
      String(nodes),
    ],
    undecoded: [
      process.execPath,
      join(here, 'transport-plain.mjs'),
      String(port),
      tls,
      String(nodes),
      'undecoded',
    ],
    ...(await goClient(config)),
  }
  const turns = Object.entries(clients)
  /** @type {Record<string, number[]>} CPU of each client's rounds, microseconds a reply */
  const costs = Object.fromEntries(turns.map(([name]) => [name, []]))
  /** @type {number[][]} CPU of broker and fleet in choirmaster's rounds, milliseconds */
  const beside = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, [program, ...args]] of turns) {
      const before = [server, fleet].map(cpuMs)
      const result = run(/** @type {string} */ (program), args)
      if (name === 'choirmaster') {
        beside.push([server, fleet].map((child, at) => cpuMs(child) - (before[at] ?? NaN)))
      }
      costs[name]?.push((result.cpu_ms * 1000) / result.replies)
      console.log(row(name, result))
    }
    turns.push(.../** @type {typeof turns} */ (turns.splice(0, 1)))
  }
  for (const line of compared(costs)) console.log(line)
  console.log(sharing((median(costs['choirmaster'] ?? []) * nodes) / 1000, beside))
}

/**
 * The medians, and what choirmaster's is of each.
 * @param {Readonly<Record<string, number[]>>} costs
 */
function compared(costs) {
  const ours = median(costs['choirmaster'] ?? [])
  return Object.entries(costs).map(([name, all]) => {
    const cost = median(all)
    return `${name.padEnd(12)}, median ${cost.toFixed(1)} us a reply; choirmaster is ${(ours / cost).toFixed(2)} x that`
  })
}

/**
 * What a request takes of the whole machine, this client's CPU included.
 * @param {number} client milliseconds
 * @param {readonly number[][]} beside
 */
function sharing(client, beside) {
  const [broker, fleet] = [0, 1].map((at) => median(beside.map((round) => round[at] ?? NaN)))
  const all = client + (broker ?? NaN) + (fleet ?? NaN)
  const cores = availableParallelism()
  const each = [client, broker, fleet].map((ms) => `${Math.round(ms ?? NaN)} ms`)
  return `CPU of client, broker and nodes: ${each.join(', ')}; on ${cores} cores that is ${Math.round(all / cores)} ms at least`
}

/**
 * CPU that a process has taken, milliseconds; NaN where the kernel does not say (it counts hundredths of a second).
 * @param {import('node:child_process').ChildProcess} child
 */
function cpuMs({ pid }) {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    const [user, system] = fields.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * 10
  } catch {
    return NaN
  }
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? NaN
}

/** @param {string} config @returns {Promise<Record<string, string[]>>} */
async function goClient(config) {
  const built = await labProgram(console.error)
  if ('reason' in built) {
    console.log(`Choria's own client is left out: ${built.reason}`)
    return {}
  }
  const agents = join(folder, 'plugins', 'mcollective', 'agent')
  mkdirSync(agents, { recursive: true })
  copyFileSync(join(here, '../lab/choria/agent/puppet.json'), join(agents, 'puppet.json'))
  return { 'choria (Go)': [built.lab, 'bench', config, `sim:${nodes}`, 'puppet', 'status'] }
}

/**
 * @typedef {{ replies: number, cpu_ms: number, wall_ms: number, maxrss_kb: number, request_cpu_ms?: number, out_ms?: number, growth_kb?: number, known_ms?: number }} Result
 * @param {string} program
 * @param {string[]} args
 * @returns {Result}
 */
function run(program, args) {
  const env = { ...process.env, MCOLLECTIVE_CERTNAME: 'deploy.mcollective', USER: 'deploy' }
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  // The lab's program has its own name for the most memory that it held.
  return { ...result, maxrss_kb: result.maxrss_kb ?? result.max_kb }
}

/** @param {string} name @param {Result} result */
function row(name, result) {
  const { replies, cpu_ms, request_cpu_ms, wall_ms, maxrss_kb, out_ms, growth_kb, known_ms } =
    result
  const each = (/** @type {number} */ cpu) => `${((cpu * 1000) / replies).toFixed(1)} us a reply`
  return [
    name.padEnd(12),
    `${replies} replies`,
    `CPU ${String(Math.round(cpu_ms)).padStart(4)} ms, ${each(cpu_ms)}`,
    ...(request_cpu_ms === undefined
      ? []
      : [`of the request ${Math.round(request_cpu_ms)} ms, ${each(request_cpu_ms)}`]),
    `wall ${Math.round(wall_ms)} ms`,
    `peak ${Math.round(maxrss_kb / 1024)} MB`,
    ...(out_ms === undefined ? [] : [`request out in ${Math.round(out_ms)} ms`]),
    ...(growth_kb === undefined
      ? []
      : [`${Math.round(growth_kb / 1024)} MB more than at the start`]),
    ...(known_ms === undefined ? [] : [`a node not connected known in ${Math.round(known_ms)} ms`]),
  ].join(', ')
}

/** @param {number} port */
function writeConfigs(port) {
  const files = `cert_file: "${tls}broker.pem", key_file: "${tls}broker.key", ca_file: "${tls}ca.pem"`
  writeFileSync(
    join(folder, 'nats.conf'),
    `log_file: "${folder}/nats.log"\nlisten: 127.0.0.1:${port}\ntls { ${files}, verify: true }\n`,
  )
  const config = join(folder, 'client.conf')
  writeFileSync(
    config,
    [
      'collectives = mcollective',
      'identity = ops1.example.net',
      `libdir = ${join(folder, 'plugins')}`,
      'plugin.choria.use_srv = false',
      `plugin.choria.middleware_hosts = nats://localhost:${port}`,
      'plugin.security.provider = file',
      `plugin.security.file.certificate = ${tls}deploy.pem`,
      `plugin.security.file.key = ${tls}deploy.key`,
      `plugin.security.file.ca = ${tls}ca.pem`,
    ].join('\n'),
  )
  return config
}

/** @param {string} program @param {string[]} args */
function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
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

/** @param {number} port @returns {Promise<void>} */
function listening(port) {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = dial(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      })
      socket.once('error', () => setTimeout(attempt, 50))
    }
    attempt()
  })
}
