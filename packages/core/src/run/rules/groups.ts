import type { Rule } from './rule.js'
import { batchSize } from '../pace.js'
import type { RunState } from '../state.js'

/** The order of groups: a batch begins when all of the batch before it is judged, a group after the group before. */
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

/** The batch after the present one; null after the last, and in the order stream, which has none. */
export function following(state: RunState): Batch | null {
  const { options, plan } = state
  if (options.order === 'stream') return null
  let batch = state.phase === 'run' ? state.batch + 1 : 0
  for (let group = Math.max(state.group, 0); group < plan.groups.length; group++, batch = 0) {
    // Of a batch that is over each node has its result, so that those without one come next.
    const open = (plan.groups[group] ?? []).filter((n) => state.nodes[n]?.outcome === null)
    const nodes = open.slice(0, batchSize(options, group, batch))
    if (nodes.length > 0) return { group, batch, nodes }
  }
  return null
}
