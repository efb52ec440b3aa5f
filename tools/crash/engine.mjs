// The process that is killed: the real engine, agent, transport and store on a real broker, on a clock that runs
// faster. Started by crash.mjs with one argument, JSON (see `Orders` there); prints the report as JSON.
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun, resumeRun } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { scaledClock } from '@choirmaster/simulator'
import { fileStore } from '@choirmaster/store-file'
import { natsTransport } from '@choirmaster/transport-nats'
import { setTimeout as delay } from 'node:timers/promises'
import { openNatsStore } from './nats-store.mjs'

/** @typedef {import('./crash.mjs').Orders} Orders */
/** @typedef {import('@choirmaster/core').NodeAgent} NodeAgent */
/** @typedef {import('@choirmaster/core').RunStore} RunStore */

const orders = /** @type {Orders} */ (JSON.parse(process.argv[2] ?? '{}'))
const { signal } = new AbortController()
const real = systemClock()
const clock = scaledClock(
  orders.speed,
  orders.start + (real.now() - orders.realStart) * orders.speed,
)
const host = { baseDir: orders.folder, random: systemRandom(), notice: () => {} }
const transport = await natsTransport.open(
  { choriaConfig: orders.choriaConfig, certname: 'deploy.mcollective' },
  { ...host, clock },
  { signal },
)
const store = await openStore()
const input = {
  ...{ run: orders.run, clock, soft: signal, hard: signal, onEvents: () => {} },
  agent: mortal(createPuppetAgent(transport)),
  store: journalled(store),
}
try {
  const report =
    orders.act === 'run'
      ? await executeRun({
          ...input,
          plan: orders.plan,
          options: { ...DEFAULT_OPTIONS, width: orders.plan.nodes.length },
          confirm: async () => 'flag',
        })
      : await resumeRun(input)
  console.log(JSON.stringify(report))
} catch (error) {
  console.log(
    JSON.stringify({ error: /** @type {{ code?: string }} */ (error).code ?? String(error) }),
  )
} finally {
  await store.close?.()
  await transport.close?.()
}

/** @returns {Promise<RunStore>} */
function openStore() {
  const own = { ...host, clock: real }
  if (orders.store === 'nats')
    return openNatsStore(orders.choriaConfig, orders.stream, own, orders.act === 'resume')
  return fileStore.open({ dir: 'state' }, own, { signal })
}

/** @returns {never} */
function die() {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

/**
 * Dies before or after an append.
 * @param {RunStore} inner @returns {RunStore}
 */
function journalled(inner) {
  let appends = 0
  /** @param {import('@choirmaster/core').Journal} journal */
  const watch = (journal) => ({
    ...journal,
    /** @type {typeof journal.append} */
    async append(...args) {
      appends++
      if (orders.kill?.where === 'before the append' && appends === orders.kill.at) die()
      await journal.append(...args)
      if (orders.kill?.where === 'after the append' && appends === orders.kill.at) die()
    },
  })
  return {
    ...inner,
    create: async (...args) => watch(await inner.create(...args)),
    open: async (...args) => watch(await inner.open(...args)),
  }
}

/**
 * Dies once a change is durable and signed, before it is sent, or between sending and the first answer.
 * @param {NodeAgent} agent @returns {NodeAgent}
 */
function mortal(agent) {
  let sends = 0
  /** @param {import('@choirmaster/core').Call} call */
  const watch = (call) => ({
    ...call,
    async beforeSend() {
      sends++
      if (orders.kill?.where === 'before the send' && sends === orders.kill.at) die()
      await call.beforeSend?.()
      // A node takes 1 s of the fleet's time at least to answer.
      if (orders.kill?.where === 'before the answer' && sends === orders.kill.at) {
        void delay(500 / orders.speed).then(die)
      }
    },
  })
  return {
    ...agent,
    disable: (nodes, message, call) => agent.disable(nodes, message, watch(call)),
    enable: (nodes, onlyIf, call) => agent.enable(nodes, onlyIf, watch(call)),
    requestRun: (nodes, options, call) => agent.requestRun(nodes, options, watch(call)),
  }
}
