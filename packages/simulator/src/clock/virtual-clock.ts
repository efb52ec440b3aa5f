import type { Clock, Moment } from '@choirmaster/core/provide'
import { heap } from '../heap.js'

/** A clock whose time moves only when nothing else can happen. */
export interface VirtualClock extends Clock {
  /** How many sleep. */
  readonly sleeping: number
}

interface Sleeper {
  readonly moment: Moment
  /** Order of equal moments: who lay down first wakes first. */
  readonly order: number
  readonly wake: () => void
  readonly fail: (reason: unknown) => void
  signal: AbortSignal | undefined
}

/** Aborted sleepers stay in the heap until their moment or until they are this many and the larger part of it. */
const SWEEP_FROM = 1024

/**
 * Virtual time for simulated runs: an hour passes as fast as the work in it can be done.
 * Time jumps to the earliest sleeper once all microtasks and immediates have run and nothing is held; sleepers of the same
 * moment wake together, in the order in which they lay down. Work of the real world (disk, a prompt) is unseen unless it
 * goes through `hold`. While something sleeps the process does not exit; the event loop turns twice for each jump.
 * @param immediate what sets immediates, where all of them are set by another function
 */
export function virtualClock(
  start: Moment,
  immediate: (then: () => void) => void = setImmediate,
): VirtualClock {
  let now = start
  let order = 0
  let held = 0
  let armed = false
  let aborted = 0
  const sleepers = heap<Sleeper>(
    (a, b) => a.moment < b.moment || (a.moment === b.moment && a.order < b.order),
  )
  // One listener for each signal: thousands may sleep on the same, and removing a listener walks their list.
  const bySignal = new WeakMap<AbortSignal, Set<Sleeper>>()

  const sleepersOf = (signal: AbortSignal): Set<Sleeper> => {
    const known = bySignal.get(signal)
    if (known) return known
    const set = new Set<Sleeper>()
    bySignal.set(signal, set)
    signal.addEventListener(
      'abort',
      () => {
        for (const sleeper of set) {
          sleeper.signal = undefined
          sleeper.fail(signal.reason)
        }
        aborted += set.size
        set.clear()
        if (aborted > SWEEP_FROM && aborted * 2 > sleepers.size) {
          sleepers.keep((sleeper) => sleeper.signal !== undefined)
          aborted = 0
        }
      },
      { once: true },
    )
    return set
  }

  const dropAborted = (): void => {
    for (let next = sleepers.peek(); next && next.signal === undefined; next = sleepers.peek()) {
      sleepers.pop()
      aborted -= 1
    }
  }

  const jump = (): void => {
    armed = false
    dropAborted()
    const next = sleepers.peek()
    if (held > 0 || next === undefined) return
    now = next.moment
    for (let due = sleepers.peek(); due?.moment === now; due = sleepers.peek()) {
      sleepers.pop()
      if (due.signal === undefined) {
        aborted -= 1
        continue
      }
      bySignal.get(due.signal)?.delete(due)
      due.wake()
    }
    arm()
  }

  // The second immediate runs after those that were set before the first and those that they set.
  const arm = (): void => {
    if (armed || held > 0 || sleepers.size === 0) return
    armed = true
    immediate(() => immediate(jump))
  }

  return {
    get sleeping() {
      return sleepers.size - aborted
    },
    now: () => now,
    sleepUntil(moment, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      if (moment <= now) return Promise.resolve()
      return new Promise<void>((wake, fail) => {
        const sleeper: Sleeper = { moment, order: order++, wake, fail, signal }
        sleepers.push(sleeper)
        sleepersOf(signal).add(sleeper)
        arm()
      })
    },
    hold(work) {
      held += 1
      return work.finally(() => {
        held -= 1
        arm()
      })
    },
  }
}
