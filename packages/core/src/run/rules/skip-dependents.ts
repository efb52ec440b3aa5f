import type { Rule } from './rule.js'
import type { LeftNode } from '../events.js'
import { closedBy } from '../reduce/budget.js'
import { holdsSlot } from '../reduce/moves.js'
import type { RunState } from '../state.js'
import { behind } from './behind.js'

/**
 * While the budget lasts: what depends on a node that is not proven is left out by name, and what belongs to an
 * application that has failed too often is not begun; the rest goes on. After a stop `wrapUp` does the same.
 */
export const skipDependents: Rule = (state) => {
  if (state.stop !== null || state.failures.unproven.length === 0) return []
  // Nodes that are being disabled are seen through that first: a change that is open must not be forgotten.
  if (state.unlocked > 0 || (state.phase !== 'drain' && state.phase !== 'run')) return []
  return [{ do: 'record', event: { type: 'left', nodes: leftBehind(state) } }]
}

function leftBehind(state: RunState): LeftNode[] {
  const closed = closedNodes(state)
  const left = new Map(closed.map((one) => [one.node, one]))
  const roots = [...closed.map(({ node }) => node), ...state.failures.unproven]
  for (const [n, because] of behind(state, roots)) {
    if (left.has(n) || !waits(state, n)) continue
    left.set(n, skipped(state, n, because))
  }
  return [...left.values()].sort((a, b) => a.node - b.node)
}

/** What the report says of a node that depends on one that is not proven. */
export function skipped(state: RunState, node: number, because: number): LeftNode {
  return {
    node,
    result: 'skipped',
    code: 'producer-not-proven',
    reason: `depends on ${state.plan.nodes[because] ?? ''}, which is not proven`,
    because,
  }
}

function closedNodes(state: RunState): LeftNode[] {
  const { closed } = state.failures
  if (closed.size === 0) return []
  const members = [...closed].flatMap(
    (part) => state.plan.applications[part]?.nodes ?? nodesOfNone(state),
  )
  return [...new Set(members)].flatMap((node) => {
    if (!waits(state, node)) return []
    const reason = closedBy(state, node) ?? ''
    return [{ node, result: 'not reached', code: 'budget-spent', reason } as const]
  })
}

function nodesOfNone(state: RunState): readonly number[] {
  return [...state.plan.nodes.keys()].filter((n) => state.index.applicationsOf[n]?.length === 0)
}

/**
 * Not begun: what holds a slot is withheld when its run would be requested, or watched to its end; the run of a node at
 * its gate is proven already.
 */
function waits({ nodes, gating }: RunState, n: number): boolean {
  const node = nodes[n]
  return node !== undefined && node.outcome === null && !holdsSlot(node.stage) && !gating.has(n)
}
