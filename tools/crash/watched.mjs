// Where a process is killed or stopped: at an append, before a change is sent, or before it is answered.
import { writeSync } from 'node:fs'

/** What it writes to its standard error before it stops itself. */
export const STOPS = 'stops now\n'
/** What it writes there when it has the lock on its nodes. */
export const HOLDS = 'holds its nodes\n'

/** @typedef {import('@choirmaster/core').NodeAgent} NodeAgent */
/** @typedef {import('@choirmaster/core').RunStore} RunStore */
/** @typedef {import('@choirmaster/core').Journal} Journal */
/**
 * @typedef {object} Point
 * @property {'before the append' | 'after the append' | 'before the send' | 'before the answer'} where
 * @property {number} at counted from 1
 * @property {'SIGKILL' | 'SIGSTOP'} by
 */

export const WHERE = /** @type {const} */ ([
  'before the append',
  'after the append',
  'before the send',
  'before the answer',
])

/** Within it a signal has come; ms. */
const COMES_MS = 1_000

/**
 * @param {Point | undefined} point
 * @param {(said: { writes: true }) => void} say
 * @param {boolean} tells whether it says when its first record is in the journal
 */
export function watched(point, say, tells) {
  const counts = new Map()
  let told = false
  /** A change has left, and the nodes have not answered yet. */
  let unanswered = false

  /** @param {Point['where']} where */
  function pass(where) {
    const count = (counts.get(where) ?? 0) + 1
    counts.set(where, count)
    return point?.where === where && count === point.at
  }
  /** @param {Point['where']} where */
  function reach(where) {
    if (pass(where)) strike()
  }
  function strike() {
    // A message might wait behind others for a turn of the event loop that does not come.
    if (point?.by === 'SIGSTOP') writeSync(process.stderr.fd, STOPS)
    process.kill(process.pid, point?.by)
    // Nothing more is done before the signal has come.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, COMES_MS)
  }

  /** @param {Journal} journal @returns {Journal} */
  const journalOf = (journal) => ({
    ...journal,
    async append(...args) {
      reach('before the append')
      await journal.append(...args)
      reach('after the append')
      if (tells && !told) say({ writes: true })
      told = true
    },
  })
  /** @param {import('@choirmaster/core').Call} call */
  const callOf = (call) => ({
    ...call,
    async beforeSend() {
      reach('before the send')
      await call.beforeSend?.()
      if (pass('before the answer')) unanswered = true
    },
  })
  return {
    /** How many points of each kind there were. @returns {Record<string, number>} */
    passed: () => Object.fromEntries(counts),
    /** All that was sent was heard, and no time has passed. */
    settled() {
      if (unanswered) strike()
      unanswered = false
    },
    /** @param {RunStore} store @returns {RunStore} */
    store: (store) => ({
      ...store,
      async lock(...args) {
        const lease = await store.lock(...args)
        writeSync(process.stderr.fd, HOLDS)
        return lease
      },
      create: async (...args) => journalOf(await store.create(...args)),
      open: async (...args) => journalOf(await store.open(...args)),
    }),
    /** @param {NodeAgent} agent @returns {NodeAgent} */
    agent: (agent) => ({
      ...agent,
      disable: (nodes, message, call) => agent.disable(nodes, message, callOf(call)),
      enable: (nodes, onlyIf, call) => agent.enable(nodes, onlyIf, callOf(call)),
      requestRun: (nodes, options, call) => agent.requestRun(nodes, options, callOf(call)),
    }),
  }
}
