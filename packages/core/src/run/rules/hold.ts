import type { Rule } from './rule.js'
import type { Effect } from '../effects.js'
import type { NodeState, RunState } from '../state.js'

/**
 * One node alone first, as `enable` has no input that could be refused without effect: disable, read, enable,
 * read, disable. Then the rest, and then all must be idle.
 */
export const hold: Rule = (state) => {
  if (state.stop !== null || state.refused !== null) return []
  switch (state.phase) {
    case 'confirm':
      return [{ do: 'confirm' }]
    case 'proof': {
      if (state.proofNode < 0) return phase('proof', [firstNode(state)])
      if (!state.proved || state.unlocked > 0) return []
      const rest = inPlan(state).filter((node) => node.stage === 'free')
      return phase(
        'lock',
        rest.map((node) => node.n),
      )
    }
    case 'lock':
      if (state.unlocked > 0) return []
      return phase(
        'drain',
        inPlan(state)
          .filter((node) => node.stage === 'draining')
          .map((node) => node.n),
      )
    default:
      return []
  }
}

function phase(name: 'proof' | 'lock' | 'drain', nodes: readonly number[]): readonly Effect[] {
  return [{ do: 'record', event: { type: 'phase', phase: name, nodes } }]
}

/** Nodes that the look left in the run. */
function inPlan(state: RunState): NodeState[] {
  return state.nodes.filter((node) => node.outcome === null)
}

/** An idle node proves most: its run lock is in nobody's way. */
function firstNode(state: RunState): number {
  const nodes = inPlan(state)
  return (nodes.find((node) => node.readiness !== 'busy') ?? nodes[0])?.n ?? 0
}
