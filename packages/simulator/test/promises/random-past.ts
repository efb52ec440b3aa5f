import { pastRunsOf, type PastRuns, type Random } from '@choirmaster/core'
import { integerBelow } from '@choirmaster/core/testing'
import { pick } from './random-faults.js'

/** Runs take 20 s as a rule: a past may say so, or that of a site that has changed since. */
const USUAL_S = [20, 20, 20, 2, 120, 900]

/**
 * What past runs tell, in four of ten seeds: of some nodes nothing, of others one run or a few.
 * @param random of the past alone, so that all else of a seed stays as it is
 */
export function randomPast(random: Random, nodes: number): PastRuns | undefined {
  if (random.next() < 0.6) return undefined
  const usual = pick(random, USUAL_S)
  const known = random.next()
  const times = Array.from({ length: nodes }, () => {
    const own = usual * Math.exp(2 * random.next() - 1)
    const runs = random.next() < known ? 1 + integerBelow(random, 5) : 0
    return Array.from({ length: runs }, () => own * Math.exp(random.next() - 0.5))
  })
  return pastRunsOf(times)
}
