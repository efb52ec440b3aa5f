// Time that moves when nobody has anything to do, shared by processes: so no wait costs time, and a machine that is
// busy cannot be taken for nodes that are slow. (On a clock that only ran faster, 0.25 s that a store took to answer
// were 15 s for the engine, and a change that is signed so long ago is not sent any more.)
//
// The present is in a file: a process that was stopped sees when it wakes up how late it is, as it does on a real clock.
import { setMaxListeners } from 'node:events'
import { openSync, readSync, writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** @typedef {import('@choirmaster/core').Clock} Clock */

/**
 * A clock that others move.
 * @typedef {object} Stepped
 * @property {Clock} clock
 * @property {() => number | undefined} due the earliest moment that somebody sleeps until
 * @property {() => void} wake wakes whoever has slept until now
 * @property {() => Promise<void>} idle until nothing is held
 * @property {() => void} note something happens
 * @property {() => number} activity changes with everything that happens: is noted or held, or woke up
 */

/** @param {() => number} now @returns {Stepped} */
export function steppedClock(now) {
  /** @type {Set<{ moment: number, wake: () => void }>} */
  const sleepers = new Set()
  let held = 0
  let activity = 0
  /** @type {(() => void)[]} */
  let waiting = []
  return {
    clock: {
      now,
      sleepUntil: (moment, signal) =>
        new Promise((resolve, reject) => {
          if (signal.aborted) return reject(signal.reason)
          if (moment <= now()) return resolve()
          setMaxListeners(0, signal)
          const giveUp = () => {
            sleepers.delete(sleeper)
            reject(signal.reason)
          }
          const sleeper = {
            moment,
            wake() {
              signal.removeEventListener('abort', giveUp)
              resolve()
            },
          }
          signal.addEventListener('abort', giveUp, { once: true })
          sleepers.add(sleeper)
        }),
      async hold(work) {
        held++
        activity++
        try {
          return await work
        } finally {
          held--
          if (held === 0) {
            for (const tell of waiting) tell()
            waiting = []
          }
        }
      },
    },
    due() {
      let least = Infinity
      for (const { moment } of sleepers) least = Math.min(least, moment)
      return least === Infinity ? undefined : least
    },
    wake() {
      for (const sleeper of sleepers) {
        if (sleeper.moment > now()) continue
        sleepers.delete(sleeper)
        activity++
        sleeper.wake()
      }
    },
    idle: () => (held === 0 ? Promise.resolve() : new Promise((tell) => void waiting.push(tell))),
    note: () => void activity++,
    activity: () => activity,
  }
}

/** The present, for whoever may only read it. @param {string} file @returns {() => number} */
export function presentIn(file) {
  const descriptor = openSync(file, 'r')
  const bytes = new Float64Array(1)
  return () => {
    readSync(descriptor, bytes, 0, 8, 0)
    return bytes[0] ?? 0
  }
}

/** @param {string} file @returns {(now: number) => void} */
export function presentTo(file) {
  const descriptor = openSync(file, 'w')
  return (now) => void writeSync(descriptor, new Float64Array([now]), 0, 8, 0)
}

/**
 * Some turns of the event loop: more than anything takes that goes on by itself, as a request that is published in slices.
 * @returns {Promise<void>}
 */
export async function turns() {
  for (let i = 0; i < 8; i++) await setImmediate()
}
