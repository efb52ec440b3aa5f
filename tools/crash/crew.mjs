// Processes of the engine: started when they are needed, used again when they live.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HOLDS, STOPS } from './watched.mjs'

/** @typedef {import('./engine.mjs').Orders} Orders */
/** @typedef {import('./engine.mjs').Said} Said */
/** @typedef {import('./engine.mjs').Told} Told */

/**
 * A process that carries out one order.
 * @typedef {object} Hand
 * @property {Promise<void>} ready all is open: it may begin
 * @property {() => void} begin takes part in the time from now on
 * @property {Promise<{ killed: boolean, answer: any, told: string, passed: Record<string, number> }>} over it has done it, or was killed
 * @property {() => boolean} holds whether it has said that it holds its nodes
 * @property {Promise<void>} stopped it stops itself
 * @property {Promise<void>} writes its first record is in the journal
 * @property {() => void} kill
 * @property {() => void} stop from outside; it has no part in the time
 * @property {() => void} wake
 */
/**
 * @typedef {object} Crew
 * @property {(orders: Orders, time: import('./conductor.mjs').Conductor) => Hand} send
 * @property {() => void} end
 */

const ENGINE = fileURLToPath(new URL('engine.mjs', import.meta.url))

/** @returns {Crew} */
export function crew() {
  /** @type {import('node:child_process').ChildProcess[]} */
  const free = []
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const all = new Set()
  let ended = false

  function start() {
    const child = fork(ENGINE, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    all.add(child)
    let told = ''
    child.stderr?.on('data', (data) => (told += String(data)))
    child.once('exit', (code) => {
      all.delete(child)
      const place = free.indexOf(child)
      if (place < 0 || ended) return
      free.splice(place, 1)
      throw new Error(`a process that had done its work ended by itself, with ${code}: ${told}`)
    })
    return child
  }

  return {
    send(orders, time) {
      const child = free.pop() ?? start()
      let told = ''
      let done = false
      // Killed, though it may have said a moment before that it is done.
      let doomed = false
      /** @param {Told} message */
      const tell = (message) => {
        if (child.connected) child.send(message, () => {})
      }
      const member = { tell: (/** @type {number} */ step) => tell({ step }) }
      const ready = settled()
      const stopped = settled()
      const writes = settled()
      /** @type {Hand['over']} */
      const over = new Promise((resolve) => {
        const hear = (/** @type {Said} */ said) => {
          if ('quiet' in said) time.quiet(member, said.quiet, said.due)
          else if ('ready' in said) ready.settle()
          else if ('writes' in said) writes.settle()
          else finish(false, said.done, said.passed)
        }
        const read = (/** @type {Buffer} */ data) => {
          told += String(data)
          if (!told.endsWith(STOPS)) return
          time.leave(member)
          stopped.settle()
        }
        const exit = () => finish(true, undefined, {})
        /** @param {boolean} killed @param {unknown} answer @param {Record<string, number>} passed */
        const finish = (killed, answer, passed) => {
          done = true
          time.leave(member)
          child.off('message', hear)
          child.off('exit', exit)
          child.stderr?.off('data', read)
          if (!killed && !doomed) free.push(child)
          resolve({ killed, answer, told, passed })
        }
        child.on('message', hear)
        child.on('exit', exit)
        child.stderr?.on('data', read)
      })
      tell({ orders })
      return {
        ready: Promise.race([ready.done, over.then(({ killed }) => refuseEnd(killed, told))]),
        holds: () => told.includes(HOLDS),
        ...{ over, stopped: stopped.done, writes: writes.done },
        begin() {
          tell({ go: true })
          time.join(member)
        },
        kill() {
          if (done) return
          doomed = true
          child.kill('SIGKILL')
        },
        stop() {
          if (done) return
          child.kill('SIGSTOP')
          time.leave(member)
        },
        wake() {
          child.kill('SIGCONT')
          if (!done) time.join(member)
        },
      }
    },
    end() {
      ended = true
      for (const child of all) child.kill('SIGKILL')
    },
  }
}

/** Nothing is killed before it is ready. @param {boolean} killed @param {string} told */
function refuseEnd(killed, told) {
  if (killed) throw new Error(`a process ended before it was ready: ${told}`)
}

/** @returns {{ done: Promise<void>, settle: () => void }} */
function settled() {
  /** @type {() => void} */
  let settle = () => {}
  const done = new Promise((resolve) => (settle = () => resolve(undefined)))
  return { done, settle }
}
