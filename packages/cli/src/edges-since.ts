import { type Because, type CatalogSource, makePlan, type Plan } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { whole } from './site-plan.js'

/** An order that came into the graph while nodes ran: `to` should have waited for `from`, and did not. */
export interface NotHonoured {
  readonly from: string
  readonly to: string
  readonly because: readonly Because[]
}

/** By node of a plan, its group. */
function groupsOf(plan: Plan): Uint32Array {
  const groups = new Uint32Array(plan.nodes.length)
  plan.groups.forEach((nodes, group) => {
    for (const node of nodes) groups[node] = group
  })
  return groups
}

/** Edges between nodes that ran which the plan did not have, and that its groups did not happen to keep. */
export function notHonoured(ran: Plan, now: Plan): readonly NotHonoured[] {
  const numbers = new Map(ran.nodes.map((name, number) => [name, number]))
  const groups = groupsOf(ran)
  const found: NotHonoured[] = []
  now.nodes.forEach((to, waiting) => {
    const last = numbers.get(to)
    if (last === undefined) return
    const { offsets, targets } = now.producers
    for (let edge = offsets[waiting] as number; edge < (offsets[waiting + 1] as number); edge++) {
      const producer = targets[edge] as number
      const from = now.nodes[producer] as string
      const first = numbers.get(from)
      if (first === undefined || (groups[first] as number) < (groups[last] as number)) continue
      found.push({ from, to, because: now.because(producer, waiting) })
    }
  })
  return found
}

/**
 * Reads the graph again after a run and tells the orders that came meanwhile.
 * @returns undefined for a source that no run changes
 * @throws CodedError of the source, and of a graph that cannot be planned any more
 */
export async function edgesSince(
  source: CatalogSource,
  environment: string | null,
  ran: Plan,
): Promise<readonly NotHonoured[] | undefined> {
  const after = await source.afterRun?.(environment ?? undefined, whole)
  if (after === undefined) return undefined
  // Nodes that are gone meanwhile can be neither excluded nor assumed.
  const { instances } = ran.selection
  const there = new Set(Object.keys(after.applications))
  const selection = {
    instances: instances.filter((name) => there.has(name)),
    assumeDone: [],
    exclude: [],
  }
  return notHonoured(ran, makePlan(after, selection, sha256))
}
