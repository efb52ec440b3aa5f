import type { Random } from '../ports/random.js'

/**
 * The same seed gives the same numbers on each machine (mulberry32, 32 bits of state: good enough to
 * scatter tests and simulations, useless as a secret).
 * @param seed any integer; only its low 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
  }
}

/** A whole number in [0, below). */
export function integerBelow(random: Random, below: number): number {
  return Math.floor(random.next() * below)
}

/** A new list of the same items in another order (Fisher-Yates). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = integerBelow(random, last + 1)
    const held = result[last] as T
    result[last] = result[other] as T
    result[other] = held
  }
  return result
}
