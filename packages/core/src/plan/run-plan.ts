import type { RunPlan } from '../run/run-plan.js'
import { neighbours } from '../numbers/adjacency.js'
import type { Plan } from './plan.js'

/** What a run needs of a plan: see RunPlan. Edges are sorted by `from` and `to`. */
export function toRunPlan(plan: Plan): RunPlan {
  const edges: number[] = []
  plan.nodes.forEach((_, from) => {
    for (const to of neighbours(plan.consumers, from)) edges.push(from, to)
  })
  return {
    environment: plan.environment,
    digest: plan.digest,
    nodes: plan.nodes,
    edges,
    groups: plan.groups.map((group) => Array.from(group)),
    applications: plan.applied(),
  }
}
