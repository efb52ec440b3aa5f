import { createHash, randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Moment } from './clock.js'
import type { Hasher } from './hasher.js'
import type { Random } from './random.js'

/** setTimeout's largest delay, 2^31-1 ms (24.8 days); longer ones fire at once. */
const LONGEST_TIMER = 2_147_483_647

/** The machine's clock: wall time at start plus monotonic time since, so that no step of the wall clock moves a deadline. */
export function systemClock(): Clock {
  const offset = Date.now() - performance.now()
  const now = (): Moment => Math.round(offset + performance.now())
  return {
    now,
    wall: () => Date.now(),
    async sleepUntil(moment, signal) {
      for (let rest = moment - now(); rest > 0; rest = moment - now()) {
        await delay(Math.min(rest, LONGEST_TIMER), undefined, { signal })
      }
      signal.throwIfAborted()
    },
    hold: (work) => work,
  }
}

/** The machine's randomness. */
export function systemRandom(): Random {
  const range = 2 ** 47
  return { next: () => randomInt(range) / range }
}

/** SHA-256 of node. */
export function sha256(): Hasher {
  const hash = createHash('sha256')
  return {
    update: (text) => void hash.update(text),
    digest: () => hash.digest('hex'),
  }
}
