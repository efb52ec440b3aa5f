import { integerBelow, runPlan } from '@choirmaster/core/testing'
import type { Random, RunPlan } from '@choirmaster/core'

/** Most sites are small, as those meet most faults a second; the largest have so many nodes. */
const LARGEST = 60
const DEEPEST = 6

/**
 * A site of 2 to 60 nodes in 1 to 6 groups, each node consuming from some of the group before: half of the sites have
 * at most 3 nodes, one in eight more than 25.
 */
export function randomPlan(random: Random): RunPlan {
  const total = 2 + Math.floor((LARGEST - 1) * random.next() ** 6)
  const depth = 1 + integerBelow(random, Math.min(DEEPEST, total))
  const groups: string[][] = []
  const edges: string[] = []
  for (let group = 0, left = total; group < depth; group++) {
    const rest = depth - group - 1
    const size = rest === 0 ? left : 1 + integerBelow(random, left - rest)
    left -= size
    const names = Array.from({ length: size }, (_, i) => `n${group}-${i}.example.net`)
    const before = groups.at(-1) ?? []
    // Few edges in wide groups: a site is no complete graph.
    const chance = Math.min(0.5, 3 / before.length)
    for (const name of names) {
      const sure = integerBelow(random, before.length)
      for (const [i, producer] of before.entries())
        if (i === sure || random.next() < chance) edges.push(`${producer}>${name}`)
    }
    groups.push(names)
  }
  const all = groups.flat()
  const half = all.filter((_, i) => i % 2 === 0)
  return runPlan(groups, edges, {
    'App[all]': all,
    ...(random.next() < 0.5 ? { 'App[half]': half } : {}),
  })
}
