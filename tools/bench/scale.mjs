// What a run of 50,000 nodes costs on a machine with a disk, in both orders, with and without a limit of slots: processor
// time, writes with fsync, bytes of the journal, memory, and how long it takes to read the journal again. The engine
// with the puppet agent runs a simulated fleet in virtual time; the store is `file`, in the folder for temporary files.
// Processor time is that of all threads, the disk's writers among them. The fleet's part is measured in a process of its
// own, which runs the same once more to learn the requests and then sends them at the same moments without an engine.
// Memory is the whole process's at its highest, fleet included. V8 lets garbage lie while there is room, so the process
// is given a heap of HEAP_MB, and YOUNG_MB for what is new: with these the run has to get by. Reading is in processes of
// their own too: `show` folds the journal, `resume` reads it under the lock and finds that the run has ended. Takes five
// minutes with 50,000 nodes, three times that on a slow machine.
// Needs a build: node tools/bench/scale.mjs [nodes] [slots]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import {
  DEFAULT_OPTIONS,
  executeRun,
  makePlan,
  reportFromJournal,
  resumeRun,
  toRunPlan,
  WHOLE_SITE,
} from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { lampSite, seededRandom } from '@choirmaster/core/testing'
import { simulatorProvider, virtualClock } from '@choirmaster/simulator'
import { fileStore } from '@choirmaster/store-file'

/** Bars: ms of processor time a node for engine, agent and store; MB of the whole process. */
const MOST_CPU = 1
const MOST_MEMORY = 400
const HEAP_MB = 300
/** V8's own measure in Node 20; that of Node 24 is twice as much, which costs 75 MB and saves no time. */
const YOUNG_MB = 16
const WEBS = 9
const START = Date.UTC(2026, 10, 22)
const SEED = 1
const RUN = '20261122T000000-bench1'

/** @typedef {import('@choirmaster/core').RpcRequest} RpcRequest */
/** @typedef {{ at: number, request: Omit<RpcRequest, 'nodes'>, nodes: Uint32Array }} Sent by number, to be small */
/** @typedef {{ dir: string, order: 'groups' | 'stream', width: number, nodes: number }} Case */
/** @typedef {{ cpu: number, bytes: number, syncs: number, memory: number, seconds: number, events: number, requests: number, result: string }} Cost */
/** @typedef {{ cpu: number, memory: number, seconds: number }} Reading */
/** @typedef {'run' | 'fleet' | 'show' | 'resume'} What */

const signal = new AbortController().signal

if (process.env['BENCH_CASE'] !== undefined) await child(JSON.parse(process.env['BENCH_CASE']))
else process.exitCode = main() ? 0 : 1

function main() {
  const [nodes = 50_000, slots = 200] = process.argv.slice(2).map(Number)
  console.log(
    `node ${process.version}, ${availableParallelism()} cores; ${nodes} nodes; journals in ${tmpdir()}`,
  )
  let good = true
  for (const order of /** @type {const} */ (['groups', 'stream'])) {
    for (const width of [slots, nodes]) {
      const dir = mkdtempSync(join(tmpdir(), 'choirmaster-bench-'))
      try {
        const one = { dir, order, width, nodes }
        const cost = /** @type {Cost} */ (inOwnProcess('run', one))
        const fleet = /** @type {{ cpu: number }} */ (inOwnProcess('fleet', one)).cpu / nodes
        const cpu = cost.cpu / nodes - fleet
        const within = cost.result === 'succeeded' && cpu <= MOST_CPU && cost.memory <= MOST_MEMORY
        good &&= within
        const limit = width === nodes ? 'no limit of slots' : `${width} slots`
        console.log(
          `${order}, ${limit}: ${cost.result} after ${(cost.seconds / 3600).toFixed(2)} h${within ? '' : ', MISSES a bar'}`,
        )
        console.log(
          `  ${cpu.toFixed(2)} ms of processor time a node (bar ${MOST_CPU}), and ${fleet.toFixed(2)} the fleet's; ` +
            `${cost.memory.toFixed(0)} MB at most (bar ${MOST_MEMORY})`,
        )
        console.log(
          `  a node: ${(cost.bytes / nodes).toFixed(0)} bytes of journal, ${(cost.syncs / nodes).toFixed(3)} fsyncs, ` +
            `${(cost.events / nodes).toFixed(1)} events, ${(cost.requests / nodes).toFixed(2)} requests`,
        )
        for (const what of /** @type {const} */ (['show', 'resume'])) {
          const { cpu: ms, memory, seconds } = /** @type {Reading} */ (inOwnProcess(what, one))
          console.log(
            `  ${what} reads it in ${seconds.toFixed(1)} s (${(ms / 1000).toFixed(1)} s of processor time), ${memory.toFixed(0)} MB at most`,
          )
        }
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    }
  }
  console.log(good ? 'within the bars' : 'MISSES a bar')
  return good
}

/**
 * @param {What} what
 * @param {Case} one
 */
function inOwnProcess(what, one) {
  // Only the fleet's process keeps all requests.
  const heap =
    what === 'fleet' ? [] : [`--max-old-space-size=${HEAP_MB}`, `--max-semi-space-size=${YOUNG_MB}`]
  const { stdout, status } = spawnSync(
    process.execPath,
    [...heap, fileURLToPath(import.meta.url)],
    {
      env: { ...process.env, BENCH_CASE: JSON.stringify({ what, ...one }) },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  if (status !== 0) throw new Error(`${what} failed`)
  return JSON.parse(stdout)
}

/** @param {Case & { what: What }} one */
async function child({ what, ...one }) {
  console.log(JSON.stringify(await measure(what, one)))
}

/** @param {What} what @param {Case} one */
async function measure(what, one) {
  if (what === 'run') return run(one)
  if (what !== 'fleet') return read(what, one)
  /** @type {Sent[]} */
  const requests = []
  const dir = mkdtempSync(join(one.dir, 'again-'))
  await run({ ...one, dir }, (sent) => void requests.push(sent))
  return { cpu: await replay(requests, planOf(one.nodes).nodes, dir) }
}

/** @param {number} nodes */
function planOf(nodes) {
  return toRunPlan(makePlan(lampSite(nodes / (WEBS + 1), WEBS), WHOLE_SITE, sha256))
}

/**
 * @param {Case} one
 * @param {(sent: Sent) => void} [onRequest]
 * @returns {Promise<Cost>}
 */
async function run({ dir, order, width, nodes }, onRequest) {
  const syncs = await countSyncs()
  const plan = planOf(nodes)
  const numbers = new Map(plan.nodes.map((name, n) => [name, n]))
  const clock = virtualClock(START)
  const { transport, store } = await partsOn(clock, dir)
  let events = 0
  let requests = 0
  const before = process.cpuUsage()
  const report = await executeRun({
    run: RUN,
    plan,
    options: { ...DEFAULT_OPTIONS, order, width },
    agent: createPuppetAgent({
      ...transport,
      request(whole, call) {
        const { nodes: names, ...request } = whole
        if (onRequest) {
          const sent = Uint32Array.from(names, (name) => numbers.get(name) ?? 0)
          onRequest({ at: clock.now(), request, nodes: sent })
        }
        requests++
        return transport.request(whole, call)
      },
    }),
    store,
    clock,
    confirm: async () => 'flag',
    onEvents: (batch) => void (events += batch.length),
    soft: signal,
    hard: signal,
  })
  const cpu = spent(before)
  const memory = highest()
  const seconds = (clock.now() - START) / 1000
  const bytes = readdirSync(join(dir, 'runs'))
    .map((file) => statSync(join(dir, 'runs', file)).size)
    .reduce((all, size) => all + size, 0)
  const { result } = report
  return {
    cpu,
    bytes,
    syncs: syncs(),
    memory,
    seconds,
    events,
    requests,
    result,
  }
}

/**
 * The same requests at the same moments, heard by nobody.
 * @param {readonly Sent[]} requests
 * @param {readonly string[]} names
 * @param {string} dir
 */
async function replay(requests, names, dir) {
  const clock = virtualClock(START)
  const { transport } = await partsOn(clock, dir)
  const before = process.cpuUsage()
  await Promise.all(
    requests.map(async ({ at, request, nodes }) => {
      await clock.sleepUntil(at, signal)
      const whole = { ...request, nodes: Array.from(nodes, (n) => names[n] ?? '') }
      const answers = transport.request(whole, { signal })[Symbol.asyncIterator]()
      while (!(await answers.next()).done);
    }),
  )
  return spent(before)
}

/** @param {'show' | 'resume'} what @param {Case} one @returns {Promise<Reading>} */
async function read(what, { dir }) {
  const clock = virtualClock(START)
  const { transport, store } = await partsOn(clock, dir)
  const before = process.cpuUsage()
  const began = performance.now()
  if (what === 'show') {
    const journal = await store.open(RUN, { signal })
    await reportFromJournal(journal.read(0, { signal }))
  } else {
    await resumeRun({
      run: RUN,
      agent: createPuppetAgent(transport),
      store,
      clock,
      onEvents: () => undefined,
      soft: signal,
      hard: signal,
    }).then(
      () => {
        throw new Error('the run has ended, and was resumed')
      },
      (/** @type {{ code?: string }} */ error) => {
        if (error.code !== 'resume-ended') throw error
      },
    )
  }
  return { cpu: spent(before), memory: highest(), seconds: (performance.now() - began) / 1000 }
}

/**
 * @param {import('@choirmaster/simulator').VirtualClock} clock
 * @param {string} dir
 */
async function partsOn(clock, dir) {
  const host = { baseDir: dir, clock, random: seededRandom(SEED), notice: () => undefined }
  const transport = await simulatorProvider.open({ seed: SEED }, host, { signal })
  return { transport, store: await fileStore.open({ dir }, host, { signal }) }
}

/** Counts each fsync and fdatasync of this process. */
async function countSyncs() {
  let count = 0
  const handle = await open(fileURLToPath(import.meta.url))
  const methods = Object.getPrototypeOf(handle)
  await handle.close()
  for (const name of ['sync', 'datasync']) {
    const own = methods[name]
    methods[name] = function () {
      count++
      return own.call(this)
    }
  }
  return () => count
}

/** @param {{ user: number, system: number }} before */
function spent(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The most memory that the process ever held, MB (of a million bytes). */
function highest() {
  return (process.resourceUsage().maxRSS * 1024) / 1e6
}
