// A run whose process is stopped (SIGSTOP) until its lease has passed, and which another process takes over before it
// goes on: what the sleeper still does.
import { setTimeout as delay } from 'node:timers/promises'
import { OPERATORS } from './house.mjs'
import { runsOf } from './killed.mjs'

/** A lease lasts 30 s of real time, which are waited for. */
export const LEASE_MS = 31_000

/**
 * What is done meanwhile: the run is resumed, and its process goes on when the first record is written, or when the run
 * has ended; or another run adopts the nodes.
 */
export const MEANWHILE = /** @type {const} */ (['resumed', 'ended', 'adopted'])

/**
 * @typedef {object} Sleep
 * @property {import('./watched.mjs').Point} [point] where it stops itself
 * @property {number} [afterMs] of real time, when it is stopped
 * @property {(typeof MEANWHILE)[number]} meanwhile
 */
/**
 * @typedef {object} Slept
 * @property {'slept' | 'over' | 'early'} what over: it had ended before; early: nothing was to be taken over
 * @property {string[]} faults
 * @property {number} [before] requests that it had signed and given away before it was stopped, and that left then
 * @property {number} [exit] the sleeper's exit code
 * @property {string} [end] how it ended, in words
 */

/**
 * @param {import('./house.mjs').Estate} estate @param {Sleep} sleep
 * @returns {Promise<Slept>}
 */
export async function slept(estate, { point, afterMs, meanwhile }) {
  const { time, crew, orders, log, plan } = estate
  const sent = await estate.tapped()
  const run = estate.newRun()
  const sleeper = crew.send(orders({ act: 'run', run, ...(point && { point }) }), time)
  await sleeper.ready
  sleeper.begin()
  const timer = new AbortController()
  const stops =
    afterMs === undefined
      ? sleeper.stopped
      : delay(afterMs, undefined, { signal: timer.signal }).then(sleeper.stop, () => {})
  await Promise.race([stops, sleeper.over])
  timer.abort()
  if ((await settledWith(sleeper.over)) !== undefined) {
    // It had said so before it was stopped, and has other things to do.
    sleeper.wake()
    return { what: 'over', faults: [] }
  }
  const stoppedAt = time.clock.now()
  await Promise.all([delay(LEASE_MS), time.pass(LEASE_MS)])
  const { certname, caller } = OPERATORS.other
  const next = meanwhile === 'adopted' ? estate.newRun() : run
  const taker = crew.send(
    orders({
      ...{ run: next, certname, tells: true },
      ...(meanwhile === 'adopted' ? { act: 'adopt', adopts: run } : { act: 'resume' }),
    }),
    time,
  )
  await taker.ready
  taker.begin()
  await Promise.race([meanwhile === 'resumed' ? taker.writes : taker.over, taker.over])
  // What it has not locked yet is nobody's: there is nothing to take over, and it may begin when it wakes up.
  const held = sleeper.holds()
  const wokeAt = time.clock.now()
  sleeper.wake()
  const [{ answer: own }, { answer: taken }] = await Promise.all([sleeper.over, taker.over])
  // What it might have left in its connection would come now.
  await time.pass(5_000)

  const left = estate.disabled().filter((node) => named(node, own, taken) === undefined)
  const faults = left.map((node) => `${node} is disabled and not reported`)
  if (taken.error !== undefined) {
    // Before the first change there is nothing to take over, and the sleeper may have been about to end.
    if (/untouched|journal|unknown|without-events|ended/.test(taken.error))
      return { what: 'early', faults }
    return { what: 'slept', faults: [...faults, `not taken over: ${taken.error} ${taken.message}`] }
  }
  if (!held) return { what: 'early', faults }
  const { late, before } = lateOf(sent, stoppedAt, wokeAt)
  faults.push(...late)
  if (taken.result !== 'succeeded') faults.push(`${caller}: ${taken.result}, ${taken.reason}`)
  const runs = runsOf(log)
  const twice = plan.nodes.filter((node) => (runs.get(node) ?? 0) > 1)
  // Another run has every reason to run them again.
  if (meanwhile !== 'adopted' && twice.length > 0) faults.push(`run twice: ${twice.join(', ')}`)
  faults.push(...falsehoods(own, log))
  const end = own.error ?? `${own.result}: ${own.reason}`
  return { what: 'slept', faults, exit: own.exit, end, before }
}

/** Whether one of the reports names the node as disabled. @param {string} node @param {any[]} reports */
function named(node, ...reports) {
  return reports.find((report) => report.left_disabled?.[node] !== undefined)
}

/**
 * What is not as it should be with the sleeper's own word.
 * @param {any} own @param {import('./house.mjs').Estate['log']} log
 */
export function falsehoods(own, log) {
  if (own.nodes === undefined) return own.error === 'store-lease-lost' ? [] : [`says ${own.error}`]
  // At the very end nothing was left to do.
  if (own.result === 'succeeded') return own.exit === 0 ? [] : [`succeeded with ${own.exit}`]
  const faults = []
  if (!/was taken over/.test(own.reason))
    faults.push(`says "${own.reason}": ${JSON.stringify(Object.values(own.nodes)[0])}`)
  // docs/exit-codes.md: nodes are left disabled, none is, none was touched.
  const left = Object.keys(own.left_disabled).length > 0
  const touched = log.some((one) => one.what === 'disabled' && one.by === OPERATORS.deploy.caller)
  const exit = left ? 7 : touched ? 5 : 3
  if (own.exit !== exit) faults.push(`ended with ${own.exit}, not ${exit}`)
  return faults
}

/**
 * What the sleeper sent once it was awake. A request that it had given away when it was stopped, to be written to the
 * socket, leaves now; of that nobody can keep it, and its age is what servers judge it by.
 * @param {readonly import('./tap.mjs').Sent[]} sent @param {number} stoppedAt @param {number} wokeAt
 */
export function lateOf(sent, stoppedAt, wokeAt) {
  const own = sent.filter(({ caller, at }) => caller === OPERATORS.deploy.caller && at >= wokeAt)
  const late = own.filter(({ signed }) => signed > stoppedAt)
  return {
    late: late.map((one) => `sent after it woke up: ${JSON.stringify(one)}`),
    before: own.length - late.length,
  }
}

/** @template T @param {Promise<T>} promise @returns {Promise<T | undefined>} */
function settledWith(promise) {
  return Promise.race([promise, delay(0, undefined)])
}
