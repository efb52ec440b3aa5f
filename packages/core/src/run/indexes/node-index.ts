import type { RunPlan } from '../run-plan.js'

/** Look-ups that a plan gives once: who consumes from a node, which applications it carries, what is still open. */
export interface NodeIndex {
  readonly consumers: readonly (readonly number[])[]
  readonly applicationsOf: readonly (readonly number[])[]
  /** Position of a node's group. */
  readonly groupOf: readonly number[]
  /** By node: how long the longest path is that begins with it, itself included: nodes, or what they weigh. */
  readonly pathBehind: readonly number[]
  /** By node: its producers that are not proven yet. */
  readonly openProducers: number[]
  /** Nodes of an application, by application, that are not proven yet; dropped nodes do not count. */
  readonly open: number[]
  /** Number of a certname. */
  readonly numberOf: ReadonlyMap<string, number>
}

/** @param weights by node: seconds that its run is expected to take; absent: each counts as one */
export function indexPlan(plan: RunPlan, weights?: readonly number[]): NodeIndex {
  const consumers: number[][] = plan.nodes.map(() => [])
  const openProducers: number[] = plan.nodes.map(() => 0)
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const to = plan.edges[i + 1] as number
    consumers[plan.edges[i] as number]?.push(to)
    openProducers[to] = (openProducers[to] ?? 0) + 1
  }
  const applicationsOf: number[][] = plan.nodes.map(() => [])
  plan.applications.forEach((application, a) => {
    for (const node of application.nodes) applicationsOf[node]?.push(a)
  })
  const groupOf: number[] = plan.nodes.map(() => 0)
  plan.groups.forEach((group, position) => {
    for (const node of group) groupOf[node] = position
  })
  return {
    consumers,
    applicationsOf,
    groupOf,
    pathBehind: pathsBehind(plan, consumers, weights),
    openProducers,
    open: plan.applications.map((application) => application.nodes.length),
    numberOf: new Map(plan.nodes.map((name, n) => [name, n])),
  }
}

/** Groups one after another are an order in which consumers come after their producers, so backwards each is known. */
function pathsBehind(
  plan: RunPlan,
  consumers: readonly (readonly number[])[],
  weights: readonly number[] = plan.nodes.map(() => 1),
): number[] {
  const behind = [...weights]
  for (const group of plan.groups.toReversed()) {
    for (const node of group) {
      let longest = 0
      for (const consumer of consumers[node] ?? [])
        longest = Math.max(longest, behind[consumer] ?? 0)
      behind[node] = (weights[node] ?? 1) + longest
    }
  }
  return behind
}
