import type { Rule } from './rule.js'

/** A node is enabled as soon as every application on it is complete. */
export const releaseComplete: Rule = (state) => {
  if (state.complete.length === 0 || state.storeLost || state.cancel === 'hard') return []
  return [
    {
      do: 'record',
      event: { type: 'release', nodes: [...new Set(state.complete)].sort((a, b) => a - b) },
    },
  ]
}
