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
