import { integerBelow } from '@choirmaster/core/testing'
import type { Pace, Random } from '@choirmaster/core'

/** More than the groups of any random plan. */
const GROUPS = 8

/** In which order and how many at once: streams, batches of one size, ramps, canaries. */
export function randomPace(random: Random, width: number, batch: number | undefined): Pace {
  const kind = random.next()
  const canary = random.next() < 0.25 ? { canary: 1 + integerBelow(random, 4) } : {}
  if (kind < 0.4) return { order: 'stream', width, ...canary }
  if (kind < 0.55) return { order: 'groups', width, batch: randomRamps(random), ...canary }
  return { order: 'groups', width, ...(batch !== undefined && { batch }), ...canary }
}

/** Of each group one to three sizes. */
function randomRamps(random: Random): number[][] {
  return Array.from({ length: GROUPS }, () =>
    Array.from({ length: 1 + integerBelow(random, 3) }, () => 1 + integerBelow(random, 3)),
  )
}
