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

/** Part of the sites whose applications share no node, and most applications of one. */
const APART = 0.2
const MOST_APART = 3

/** One site in five falls into two or three applications that share neither node nor edge; the others stay as they are. */
export function inParts(random: Random, plan: RunPlan): RunPlan {
  if (random.next() >= APART) return plan
  const { nodes } = plan
  const parts = 2 + integerBelow(random, MOST_APART - 1)
  const partOf = nodes.map(() => integerBelow(random, parts))
  const producers = nodes.map((): number[] => [])
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const [producer, consumer] = plan.edges.slice(i, i + 2) as [number, number]
    if (partOf[producer] === partOf[consumer]) producers[consumer]?.push(producer)
  }
  // Groups are the levels of the longest path, and nodes come after all of theirs in the groups that were drawn.
  const level = nodes.map(() => 0)
  for (const node of plan.groups.flat())
    level[node] = Math.max(0, ...(producers[node] as number[]).map((p) => 1 + (level[p] as number)))
  const named = (keep: (node: number) => boolean): string[] => nodes.filter((_, n) => keep(n))
  return runPlan(
    Array.from({ length: 1 + Math.max(...level) }, (_, i) => named((n) => level[n] === i)),
    producers.flatMap((of, n) => of.map((p) => `${nodes[p] ?? ''}>${nodes[n] ?? ''}`)),
    Object.fromEntries(
      Array.from(
        { length: parts },
        (_, i) => [`App[${i}]`, named((n) => partOf[n] === i)] as const,
      ).filter(([, members]) => members.length > 0),
    ),
  )
}
