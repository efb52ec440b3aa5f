import type { Rule } from './rule.js'
import type { RunState } from '../state.js'

/**
 * The order stream: a node begins as soon as its own producers are proven. So there is nothing to wait for before the
 * first one, not even that all are idle: who is, and who waits for whom, is kept by the fold (`reduce/offer.ts`).
 */
export const beginStream: Rule = (state) => {
  if (state.stop !== null) return []
  const nodes = toStream(state)
  return nodes.length === 0 ? [] : [{ do: 'record', event: { type: 'phase', phase: 'run', nodes } }]
}

/** The nodes of a stream that has not begun; none in the order groups. */
export function toStream({ options, phase, nodes }: RunState): readonly number[] {
  if (options.order !== 'stream' || phase !== 'drain') return []
  return nodes.filter(({ outcome }) => outcome === null).map(({ n }) => n)
}
