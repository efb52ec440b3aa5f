import type { Moment } from '@choirmaster/core/provide'
import type { Judged } from './judged.js'

/** Nodes whose failures are counted together, and how many of them may fail. */
interface Part {
  readonly members: ReadonlySet<string>
  readonly budget: number
}

/** What the options allow; none where any number of nodes may fail. */
export function budgetsOf({ plan, options }: Judged): readonly Part[] {
  const { scope = 'run', budgets = [0] } = options.failures ?? {}
  if (budgets === null) return []
  const all = [...plan.nodes.keys()]
  const placed = new Set(plan.applications.flatMap(({ nodes }) => nodes))
  const parts: readonly (readonly number[])[] =
    scope === 'run'
      ? [all]
      : scope === 'group'
        ? plan.groups
        : [...plan.applications.map(({ nodes }) => nodes), all.filter((n) => !placed.has(n))]
  return parts.map((nodes, i) => ({
    members: new Set(nodes.map((n) => plan.nodes[n] as string)),
    budget: budgets[i] ?? 0,
  }))
}

/**
 * By node: when the first budget was spent that ends what is begun on it.
 * @param failed when a node was known not to be proven; Infinity: never
 */
export function spentAt(
  judged: Judged,
  failed: (name: string) => Moment,
): (name: string) => Moment {
  const parts = budgetsOf(judged).map(({ members, budget }) => {
    const moments = [...members].map(failed).sort((a, b) => a - b)
    return { members, spent: moments[budget] ?? Infinity }
  })
  const isApart = judged.options.failures?.scope === 'application'
  const first = Math.min(Infinity, ...parts.map(({ spent }) => spent))
  return (name) => {
    if (!isApart) return first
    const own = parts.filter(({ members }) => members.has(name))
    return Math.min(Infinity, ...own.map(({ spent }) => spent))
  }
}
