import type { Rule } from './rule.js'

/** Starts what waits in the present batch while a slot is free. A slot is held until the node is disabled again and judged. */
export const fillSlots: Rule = (state) => {
  if (state.phase !== 'run' || state.stop !== null || state.queue.length === 0) return []
  const width = state.options.batch ?? state.options.width
  const free = width - state.slots - state.stuck
  if (free <= 0) return []
  return [{ do: 'record', event: { type: 'started', nodes: state.queue.slice(0, free) } }]
}
