/* global setImmediate, clearImmediate */
// What the run engine costs on a large site: processor time a node, the longest time that the event loop stood still,
// memory over time. The engine with the puppet agent runs a simulated fleet in virtual time, and its journal is made into
// text and thrown away: a disk's time is not the engine's. The fleet's own cost is measured by sending it the same
// requests again without an engine. Needs a build: node tools/bench/engine.mjs [nodes] [width]
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun, makePlan, toRunPlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { lampSite, seededRandom } from '@choirmaster/core/testing'
import { simulatorProvider, virtualClock } from '@choirmaster/simulator'

/**
 * Bars: milliseconds of the engine for each node, longest stall in ms, how much the heap grows after a tenth of the run:
 * each node gets its result and the evidence for it, less than 1 KiB.
 */
const MOST_CPU = 1
const MOST_STALL = 200
const MOST_GROWTH = 1.5
const WEBS = 9
const START = Date.UTC(2026, 10, 22)
const SAMPLES = 10
const SEED = 1

/** @typedef {import('@choirmaster/core').RpcRequest} RpcRequest */
/** @typedef {import('@choirmaster/core').RunEvent} RunEvent */
/** @typedef {{ at: number, request: RpcRequest }} Sent what was asked, and when */
/**
 * @typedef {object} Watch
 * @property {(sent: Sent) => void} [onRequest]
 * @property {(at: number) => void} [onEvents] told the virtual time since the start, ms
 */

const [nodes = 10_000, width = DEFAULT_OPTIONS.width] = process.argv.slice(2).map(Number)
const plan = toRunPlan(makePlan(lampSite(nodes / (WEBS + 1), WEBS), WHOLE_SITE, sha256))

if (process.env['BENCH_HEAP'] === undefined) process.exitCode = (await main()) ? 0 : 1
else console.log(JSON.stringify(await heapOverTime()))

async function main() {
  console.log(
    `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; ${nodes} nodes, ${width} at a time`,
  )
  /** @type {Sent[]} */
  const requests = []
  const whole = await costOf(() => run({ onRequest: (sent) => void requests.push(sent) }))
  const fleet = await costOf(() => replay(requests))
  const { report, events, bytes, seconds } = whole.value
  console.log(
    `result ${report.result}: ${duration(seconds)} of virtual time, ${requests.length} requests, ${events} events, a journal of ${mib(bytes)} MiB`,
  )
  requests.length = 0
  const stall = await stallsOf(() => run({}))
  const heap = heapInOwnProcess()
  const perNode = (whole.cpu - fleet.cpu) / nodes
  const growth = Math.max(...heap.slice(1)) / (heap[1] ?? 1)
  console.log(
    `processor time: ${ms(whole.cpu)} in all, ${ms(fleet.cpu)} of it the fleet's: ${perNode.toFixed(2)} ms a node for engine and agent (bar ${MOST_CPU})`,
  )
  console.log(
    `longest stall, engine and fleet: ${ms(stall.cpu)} of work (bar ${MOST_STALL}), ${ms(stall.wall)} by the clock, which counts other processes too`,
  )
  console.log(
    `heap in use, MiB, each tenth of the run: ${heap.map(mib).join(' ')}: times ${growth.toFixed(2)} from the first to the largest (bar ${MOST_GROWTH})`,
  )
  const good =
    report.result === 'succeeded' &&
    perNode <= MOST_CPU &&
    stall.cpu <= MOST_STALL &&
    growth <= MOST_GROWTH
  console.log(good ? 'within the bars' : 'MISSES a bar')
  return good
}

/** @param {import('@choirmaster/simulator').VirtualClock} clock */
async function fleetOn(clock) {
  const host = { baseDir: '.', clock, random: seededRandom(SEED), notice: () => undefined }
  return simulatorProvider.open({ seed: SEED }, host, { signal: new AbortController().signal })
}

/**
 * One run of the engine.
 * @param {Watch} watch
 */
async function run({ onRequest, onEvents }) {
  const clock = virtualClock(START)
  const transport = await fleetOn(clock)
  const store = discardingStore()
  let events = 0
  const report = await executeRun({
    run: '20261122T000000-bench1',
    plan,
    options: { ...DEFAULT_OPTIONS, width },
    agent: createPuppetAgent({
      ...transport,
      request(request, call) {
        onRequest?.({ at: clock.now(), request })
        return transport.request(request, call)
      },
    }),
    store,
    clock,
    confirm: async () => 'flag',
    onEvents(batch) {
      events += batch.length
      onEvents?.(clock.now() - START)
    },
    soft: new AbortController().signal,
    hard: new AbortController().signal,
  })
  return { report, events, bytes: store.bytes(), seconds: (clock.now() - START) / 1000 }
}

/** @returns {never} */
function unused() {
  throw new Error('the engine needs this for a resume only')
}

/** A journal that is written nowhere. */
function discardingStore() {
  let bytes = 0
  const journal = {
    /** @param {readonly RunEvent[]} events */
    async append(events) {
      for (const event of events) bytes += JSON.stringify(event).length + 1
    },
  }
  return {
    durability: /** @type {const} */ ('weak'),
    create: async () => ({ ...journal, read: unused, tail: unused }),
    open: unused,
    list: unused,
    lock: async () => ({
      epoch: 1,
      lost: new AbortController().signal,
      check: async () => undefined,
      release: async () => undefined,
    }),
    locks: unused,
    unlock: unused,
    bytes: () => bytes,
  }
}

/**
 * The same requests at the same moments, heard by nobody.
 * @param {readonly Sent[]} requests
 */
async function replay(requests) {
  const call = { signal: new AbortController().signal }
  const clock = virtualClock(START)
  const transport = await fleetOn(clock)
  await Promise.all(
    requests.map(async ({ at, request }) => {
      await clock.sleepUntil(at, call.signal)
      const answers = transport.request(request, call)[Symbol.asyncIterator]()
      while (!(await answers.next()).done);
    }),
  )
}

/**
 * Processor time of all threads, ms.
 * @template T
 * @param {() => Promise<T>} work
 */
async function costOf(work) {
  const before = process.cpuUsage()
  const value = await work()
  return { value, cpu: spent(before) }
}

/** @param {{ user: number, system: number }} before */
function spent(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * The longest turn of the event loop: processor time in it, and how late a timer was by the clock, ms.
 * @param {() => Promise<unknown>} work
 */
async function stallsOf(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let cpu = 0
  let before = process.cpuUsage()
  let turning = setImmediate(function turn() {
    cpu = Math.max(cpu, spent(before))
    before = process.cpuUsage()
    turning = setImmediate(turn)
  })
  await work()
  clearImmediate(turning)
  delay.disable()
  return { cpu, wall: delay.max / 1e6 }
}

/**
 * Collections that are asked for stop the event loop, so the heap is looked at in a process of its own.
 * @returns {number[]} bytes
 */
function heapInOwnProcess() {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(import.meta.url), String(nodes), String(width)],
    {
      env: { ...process.env, BENCH_HEAP: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  if (status !== 0) throw new Error('the run that measures the heap failed')
  return JSON.parse(stdout)
}

async function heapOverTime() {
  const { seconds } = await run({})
  const step = (seconds * 1000) / SAMPLES
  /** @type {number[]} */
  const samples = []
  await run({
    onEvents(at) {
      if (at < samples.length * step) return
      globalThis.gc?.()
      samples.push(process.memoryUsage().heapUsed)
    },
  })
  return samples
}

/** @param {number} value */
function ms(value) {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`
}

/** @param {number} bytes */
function mib(bytes) {
  return (bytes / 2 ** 20).toFixed(0)
}

/** @param {number} seconds */
function duration(seconds) {
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}
