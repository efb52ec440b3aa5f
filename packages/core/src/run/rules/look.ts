import type { Rule } from './rule.js'
import type { Effect } from '../effects.js'
import type { LeftNode } from '../events.js'
import { isProvisional, readinessOutcome } from '../look/readiness.js'
import type { NodeState, RunState } from '../state.js'

/** When all nodes were looked at: refuse with all findings at once, or leave out what is not ready and ask to go on. */
export const finishLook: Rule = (state) => {
  if (state.phase !== 'look') return []
  if (state.refused !== null || state.cancel !== 'none') return []
  if (state.unlooked > 0) return []
  const unready = state.nodes.filter((node) => isUnready(state, node))
  if (unready.length === 0) return everyoneReady(state)
  if (state.options.unready === 'refuse') {
    return [
      record({
        type: 'refused',
        code: 'nodes-not-ready',
        reason: `${unready.length} of ${state.nodes.length} nodes are not ready`,
      }),
    ]
  }
  const left = leaveOut(state, unready)
  return [record({ type: 'left', nodes: left })]
}

function everyoneReady(state: RunState): readonly Effect[] {
  if (state.nodes.some((node) => node.outcome === null)) return [record({ type: 'ready' })]
  return [record({ type: 'refused', code: 'nothing-to-do', reason: 'no node is left to run' })]
}

function isUnready(state: RunState, node: NodeState): boolean {
  return node.outcome === null && !isProvisional(node.readiness, state.options, state.witnessed)
}

/** The nodes that are not ready, and all that depends on them, each because of one of them. */
function leaveOut(state: RunState, unready: readonly NodeState[]): LeftNode[] {
  const left = new Map<number, LeftNode>()
  for (const node of unready)
    left.set(node.n, { node: node.n, ...readinessOutcome(node, 'skipped') })
  const open = unready.map((node) => node.n)
  for (let cause = open.pop(); cause !== undefined; cause = open.pop()) {
    const root = left.get(cause)?.because ?? cause
    for (const consumer of state.index.consumers[cause] ?? []) {
      if (left.has(consumer) || state.nodes[consumer]?.outcome !== null) continue
      left.set(consumer, {
        node: consumer,
        result: 'skipped',
        code: 'producer-not-ready',
        reason: `depends on ${state.plan.nodes[root] ?? ''}, which is not ready`,
        because: root,
      })
      open.push(consumer)
    }
  }
  return [...left.values()].sort((a, b) => a.node - b.node)
}

function record(event: Extract<Effect, { do: 'record' }>['event']): Effect {
  return { do: 'record', event }
}
