import type { RunPlan } from '../run-plan.js'

/** Look-ups that a plan gives once: who consumes from a node, which applications it carries, what is still open. */
export interface NodeIndex {
  readonly consumers: readonly (readonly number[])[]
  readonly applicationsOf: readonly (readonly number[])[]
  /** Nodes of an application, by application, that are not proven yet; dropped nodes do not count. */
  readonly open: number[]
  /** Position of a node's group. */
  readonly groupOf: readonly number[]
  /** Number of a certname. */
  readonly numberOf: ReadonlyMap<string, number>
}

export function indexPlan(plan: RunPlan): NodeIndex {
  const consumers: number[][] = plan.nodes.map(() => [])
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    consumers[plan.edges[i] as number]?.push(plan.edges[i + 1] as number)
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
    open: plan.applications.map((application) => application.nodes.length),
    numberOf: new Map(plan.nodes.map((name, n) => [name, n])),
  }
}
