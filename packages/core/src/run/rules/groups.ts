import type { Rule } from './rule.js'
import type { RunState } from '../state.js'

/** The order of groups: a batch begins when all of the batch before it is proven, a group after the group before. */
export const nextBatch: Rule = (state) => {
  if (state.stop !== null) return []
  const ready =
    state.phase === 'drain'
      ? state.undrained === 0
      : state.phase === 'run' && state.unfinished === 0
  if (!ready) return []
  const next = following(state)
  if (next === null) return []
  return [{ do: 'record', event: { type: 'phase', phase: 'run', ...next } }]
}

interface Batch {
  readonly group: number
  readonly batch: number
  readonly nodes: readonly number[]
}

/** The batch after the present one; null after the last. */
export function following(state: RunState): Batch | null {
  const size = state.options.batch ?? Infinity
  let batch = state.phase === 'run' ? state.batch + 1 : 0
  for (let group = Math.max(state.group, 0); group < state.plan.groups.length; group++, batch = 0) {
    const all = (state.plan.groups[group] ?? []).filter((n) => belongs(state, n))
    for (; batch === 0 || batch * size < all.length; batch++) {
      const whole = size === Infinity ? all : all.slice(batch * size, (batch + 1) * size)
      const nodes = whole.filter((n) => state.nodes[n]?.outcome === null)
      if (nodes.length > 0) return { group, batch, nodes }
      if (size === Infinity) break
    }
  }
  return null
}

/** What the look left out is in no batch; what has its result since keeps its place, so that batches keep their borders. */
function belongs(state: RunState, n: number): boolean {
  const node = state.nodes[n]
  return node !== undefined && (node.outcome === null || node.touched)
}
