// A process that runs, resumes or adopts: the real engine, agent, transport and store on a real broker, in a time that
// is shared (stepped-time.mjs). It is told what to do by messages, `Told` below, and answers with `Said`.
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun, resumeRun } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { fileStore } from '@choirmaster/store-file'
import { natsTransport } from '@choirmaster/transport-nats'
import { openNatsStore } from './nats-store.mjs'
import { presentIn, steppedClock, turns } from './stepped-time.mjs'
import { watched } from './watched.mjs'

/**
 * @typedef {object} Orders
 * @property {'run' | 'resume' | 'adopt'} act
 * @property {string} run
 * @property {string} [adopts] the run whose nodes are taken over
 * @property {import('@choirmaster/core').RunPlan} plan
 * @property {'file' | 'nats'} store
 * @property {string} stream
 * @property {string} folder
 * @property {boolean} [passed] the lease of a holder before counts as passed
 * @property {string} choriaConfig
 * @property {string} certname
 * @property {string} present the file that holds the time
 * @property {number} [after] begins so many ms after it was told to
 * @property {import('./watched.mjs').Point} [point] where it ends, or stands still
 * @property {boolean} [tells] says when its first record is in the journal
 */
/** @typedef {{ orders: Orders } | { go: true } | { step: number }} Told */
/**
 * `quiet`: nothing is to be done before `due`. `ready`: all is open, and it waits for `go`.
 * `writes`: its first record is in the journal.
 * @typedef {{ quiet: number, due?: number } | { ready: true } | { writes: true } | { done: any, passed: Record<string, number> }} Said
 */

const real = systemClock()
const { signal } = new AbortController()
/** @type {{ stepped: import('./stepped-time.mjs').Stepped, open: () => number, barrier: () => Promise<unknown>, settled: () => void } | undefined} */
let present
/** @type {() => void} */
let go = () => {}

process.on('message', (/** @type {Told} */ told) => {
  if ('orders' in told) void carryOut(told.orders)
  else if ('go' in told) go()
  else void settle(told.step)
})
process.on('disconnect', () => process.exit())

/** @param {Said} said */
function say(said) {
  process.send?.(said)
}

let latest = -1
/**
 * Time has moved on: wakes who has slept until now, and answers once nothing more happens by itself. That all that was
 * sent has been heard, and all that was said too, a question shows that goes the same way after it.
 * @param {number} step
 */
async function settle(step) {
  latest = step
  const here = present
  if (here === undefined) return
  const { stepped } = here
  stepped.wake()
  for (;;) {
    const before = stepped.activity()
    await stepped.idle()
    await turns()
    if (here.open() > 0) {
      await here.barrier()
      await turns()
    }
    if (latest !== step || present !== here) return
    if (stepped.activity() === before) break
  }
  here.settled()
  const due = stepped.due()
  say({ quiet: step, ...(due !== undefined && { due }) })
}

/** @param {Orders} orders */
async function carryOut(orders) {
  const stepped = steppedClock(presentIn(orders.present))
  const { clock } = stepped
  const started = new Promise((resolve) => (go = () => resolve(undefined)))
  const host = { baseDir: orders.folder, random: systemRandom(), notice: () => {} }
  const opening = Promise.all([
    natsTransport.open(
      { choriaConfig: orders.choriaConfig, certname: orders.certname },
      { ...host, clock },
      { signal },
    ),
    openStore(orders, host),
  ])
  const [transport, store] = await opening
  const watch = watched(orders.point, say, orders.tells ?? false)
  const [node = ''] = orders.plan.nodes
  const question = {
    ...{ agent: 'rpcutil', action: 'ping', data: {}, nodes: [node] },
    ...{ timeoutMs: 60_000, changes: false },
  }
  const asked = counted(transport, stepped)
  const input = {
    ...{ run: orders.run, clock, soft: signal, hard: signal, onEvents: () => {} },
    agent: watch.agent(createPuppetAgent(asked.transport)),
    store: watch.store(store),
  }
  present = {
    ...{ stepped, settled: watch.settled, open: asked.open },
    async barrier() {
      const answers = transport.request(question, { signal })
      for await (const { node: one } of answers) if (one !== node) throw new Error(`${one} answers`)
    },
  }
  say({ ready: true })
  await started
  const done = await act()
  say({ done, passed: watch.passed() })
  present = undefined
  await store.close?.()
  await transport.close?.()

  async function act() {
    const { act: what, plan, adopts, after } = orders
    try {
      if (after !== undefined) await clock.sleepUntil(clock.now() + after, signal)
      if (what === 'resume') return await resumeRun(input)
      return await executeRun({
        ...input,
        ...{ plan, options: { ...DEFAULT_OPTIONS, width: plan.nodes.length } },
        ...(adopts !== undefined && { adopt: adopts }),
        confirm: async () => 'flag',
      })
    } catch (error) {
      const { code, message } = /** @type {{ code?: string, message: string }} */ (error)
      return { error: code ?? 'none', message }
    }
  }
}

/**
 * What is asked and answered is activity.
 * @param {import('@choirmaster/core').Transport} transport @param {import('./stepped-time.mjs').Stepped} stepped
 */
function counted(transport, { note }) {
  let open = 0
  return {
    /** Answers that have not come yet. */
    open: () => open,
    /** @type {import('@choirmaster/core').Transport} */
    transport: {
      ...transport,
      async *request(request, call) {
        note()
        let left = request.nodes.length
        open += left
        try {
          for await (const answer of transport.request(request, call)) {
            note()
            open--
            left--
            yield answer
          }
        } finally {
          open -= left
        }
      },
    },
  }
}

/**
 * @param {Orders} orders @param {Omit<import('@choirmaster/core').Host, 'clock'>} host
 * @returns {Promise<import('@choirmaster/core').RunStore>}
 */
function openStore({ store, choriaConfig, certname, stream, passed = false }, host) {
  // Leases are of the real world.
  const own = { ...host, clock: real }
  return store === 'nats'
    ? openNatsStore({ choriaConfig, certname }, stream, own, passed)
    : fileStore.open({ dir: 'state' }, own, { signal })
}
