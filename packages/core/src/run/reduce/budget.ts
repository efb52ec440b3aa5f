import {
  arithmetic,
  DEFAULT_FAILURES,
  type FailurePolicy,
  partName,
  sizesOf,
} from '../policy/failure-policy.js'
import type { RunPlan } from '../run-plan.js'
import type { Failures, NodeState, Outcome, RunState, Stop } from '../state.js'

/** Journals of before there was a policy stop at the first failure. */
export function createFailures(policy: FailurePolicy | undefined, plan: RunPlan): Failures {
  const { scope, budgets } = policy ?? DEFAULT_FAILURES
  const sizes = sizesOf(scope, plan)
  return {
    scope,
    budgets,
    sizes,
    counts: sizes.map(() => 0),
    spent: [],
    told: 0,
    closed: new Set(),
    unproven: [],
  }
}

/** Counts a node that is not proven. Returns the stop that its budget asks for, if any. */
export function countFailure(state: RunState, node: NodeState, ended: Outcome): Stop | null {
  const { failures } = state
  const own: Stop = { kind: 'failure', code: ended.code, reason: ended.reason, node: node.n }
  failures.unproven.push(node.n)
  let stop: Stop | null = null
  for (const part of partsOf(state, node.n)) {
    const failed = (failures.counts[part] ?? 0) + 1
    failures.counts[part] = failed
    const budget = failures.budgets === null ? Infinity : (failures.budgets[part] ?? 0)
    // It is told when it is first spent; those that fail afterwards were in flight.
    if (failed !== budget + 1) continue
    const spent = {
      of: partName(failures.scope, part, state.plan),
      failed,
      nodes: failures.sizes[part] ?? 0,
      budget,
      asked: (state.options.failures ?? DEFAULT_FAILURES).maxFailures,
    }
    failures.spent.push(spent)
    if (failures.scope === 'application') failures.closed.add(part)
    // Where none may fail the node's own reason says more than the arithmetic.
    else stop = budget === 0 ? own : { ...own, code: 'budget-spent', reason: arithmetic(spent) }
  }
  // No budget covers the node that was to prove that we may enable: no other may be touched.
  return state.proved ? stop : own
}

/** What the node counts in. */
function partsOf(state: RunState, n: number): readonly number[] {
  switch (state.failures.scope) {
    case 'run':
      return [0]
    case 'group':
      return [state.index.groupOf[n] ?? 0]
    case 'application': {
      const applications = state.index.applicationsOf[n] ?? []
      return applications.length > 0 ? applications : [state.plan.applications.length]
    }
  }
}

/** The budget of an application on the node that is spent, in words; undefined: none is. */
export function closedBy(state: RunState, n: number): string | undefined {
  const { closed, spent } = state.failures
  if (closed.size === 0) return undefined
  const part = partsOf(state, n).find((one) => closed.has(one))
  if (part === undefined) return undefined
  const name = partName('application', part, state.plan)
  const found = spent.find(({ of }) => of === name)
  return found === undefined ? undefined : arithmetic(found)
}

/** Whether a run may still be requested of the node: nothing new starts after a stop, after the time of the run, nor in what has failed too often. */
export function mayStart(state: RunState, node: NodeState): boolean {
  return state.stop === null && !state.untilPassed && closedBy(state, node.n) === undefined
}
