import { isProven } from './reduce/moves.js'
import type { NodeState, RunState } from './state.js'

/**
 * Who stays disabled, and why: one rule after a failure, a spent budget and a cancel alike. Before the first run
 * request only those do that were taken over: nothing was changed on any node, so these are as the run before left them.
 */
export function keepDisabled(state: RunState): Map<number, string> {
  const keep = new Map<number, string>()
  if (state.requested === 0) return asTheyWere(state, keep)
  const unproven = state.nodes.filter((node) => isUnproven(node))
  if (unproven.length === 0) return keep
  switch (state.options.keepDisabled) {
    case 'none':
      return keep
    case 'failed':
      for (const node of unproven)
        if (node.attempts > 0 || node.adopted) keep.set(node.n, ownReason(node))
      return keep
    case 'all':
      for (const node of state.nodes) keep.set(node.n, 'all nodes are kept (--keep-disabled all)')
      for (const node of unproven) keep.set(node.n, ownReason(node))
      return keep
    case 'application':
      keepApplications(state, unproven, keep)
      return keep
  }
}

function asTheyWere(state: RunState, keep: Map<number, string>): Map<number, string> {
  if (state.options.keepDisabled === 'none') return keep
  const why = `run ${state.adopts[0] ?? ''} left it disabled, and nothing was run since`
  for (const node of state.nodes) if (node.adopted) keep.set(node.n, why)
  return keep
}

/** What the look left out was never part of the run. */
function isUnproven(node: NodeState): boolean {
  if (node.outcome === null || isProven(node.outcome.result)) return false
  return node.touched
}

function ownReason(node: NodeState): string {
  return `${node.outcome?.result ?? 'unknown'}: ${node.outcome?.reason ?? 'its result is not known'}`
}

/** Nodes that are not proven, and every node of an application that holds one or depends on one. */
function keepApplications(
  state: RunState,
  unproven: readonly NodeState[],
  keep: Map<number, string>,
): void {
  const bad = new Set(unproven.map((node) => node.n))
  for (const application of state.plan.applications) {
    const held = application.nodes.find((n) => bad.has(n))
    const cause = held ?? application.producers.find((n) => bad.has(n))
    if (cause === undefined) continue
    const verb = held === undefined ? 'depends on' : 'holds'
    const why = `${application.name} ${verb} ${state.plan.nodes[cause] ?? ''}, which is not proven`
    for (const n of application.nodes) if (!keep.has(n)) keep.set(n, why)
  }
  for (const node of unproven) keep.set(node.n, ownReason(node))
}
