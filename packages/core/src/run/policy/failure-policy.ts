import type { Milliseconds } from '../../ports/clock.js'

/** What failures are counted in together: the whole run, each application, or each group. */
export type FailureScope = 'run' | 'application' | 'group'

/** How many nodes of a scope may end without proof: a number, a part of its nodes, or any number (null). */
export type FailureLimit = number | `${number}%` | null

/** What is done about nodes that are not proven. Part of the journal, so percentages are resolved when planned. */
export interface FailurePolicy {
  readonly scope: FailureScope
  /** `skip-dependents` without a limit goes on with all that does not depend on a failed node. */
  readonly onFailure: 'stop' | 'skip-dependents'
  /** As it was asked for. */
  readonly maxFailures: FailureLimit
  /**
   * The same in nodes: one number for the run, or one for each group, or one for each application and a last one for
   * nodes of none, by their position in the plan. Null: no limit.
   */
  readonly budgets: readonly number[] | null
  /** How often a failed run that was seen to its end is tried again. */
  readonly retries: number
  /** From the failure to the next try; the node is disabled and holds no slot meanwhile. */
  readonly retryPause: Milliseconds
}

/** The first failure stops the run. */
export const DEFAULT_FAILURES: FailurePolicy = {
  scope: 'run',
  onFailure: 'stop',
  maxFailures: 0,
  budgets: [0],
  retries: 0,
  // Long enough for a package mirror or a lock of the package manager to come back.
  retryPause: 30_000,
}

/** The parts of a plan that are counted. */
interface Counted {
  readonly nodes: { readonly length: number }
  readonly groups: readonly { readonly length: number }[]
  readonly applications: readonly { readonly name: string; readonly nodes: readonly number[] }[]
}

/** The policy with its budgets in nodes of this plan: a percentage is rounded down. */
export function resolveFailures(
  asked: Omit<FailurePolicy, 'budgets'>,
  plan: Counted,
): FailurePolicy {
  const { maxFailures } = asked
  if (maxFailures === null) return { ...asked, budgets: null }
  const budget = (nodes: number): number =>
    typeof maxFailures === 'number'
      ? maxFailures
      : // 7 % of 100 is 7.000000000000001 in floating point, and 29 % is 28.999999999999996.
        Math.floor(Number(((nodes * Number.parseFloat(maxFailures)) / 100).toFixed(6)))
  return { ...asked, budgets: sizesOf(asked.scope, plan).map(budget) }
}

/** Numbers of nodes of the scope's parts, in the order of `FailurePolicy.budgets`. */
export function sizesOf(scope: FailureScope, plan: Counted): readonly number[] {
  switch (scope) {
    case 'run':
      return [plan.nodes.length]
    case 'group':
      return plan.groups.map((group) => group.length)
    case 'application': {
      const placed = new Set(plan.applications.flatMap(({ nodes }) => nodes))
      return [
        ...plan.applications.map(({ nodes }) => nodes.length),
        plan.nodes.length - placed.size,
      ]
    }
  }
}

/** What is left of a budget's name in words: nothing for the run. */
export function partName(scope: FailureScope, part: number, plan: Counted): string | null {
  switch (scope) {
    case 'run':
      return null
    case 'group':
      return `group ${part + 1}`
    case 'application':
      return plan.applications[part]?.name ?? 'nodes of no application'
  }
}

/** A budget that more nodes than it allows are not proven of. */
export interface SpentBudget {
  /** The application or group; null: the run. */
  readonly of: string | null
  /** Nodes that are not proven, of how many, and how many may be. */
  readonly failed: number
  readonly nodes: number
  readonly budget: number
  /** As the budget was asked for. */
  readonly asked: FailureLimit
}

/** `3 of 60 nodes not proven, budget 2 (4%)`. */
export function arithmetic({ of, failed, nodes, budget, asked }: SpentBudget): string {
  const part = typeof asked === 'string' ? ` (${asked})` : ''
  const sum = `${failed} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} not proven, budget ${budget}${part}`
  return of === null ? sum : `${of}: ${sum}`
}
