import type { RunState } from '../state.js'

/** By node: the one of `roots` that it depends on, near or far. */
export function behind(state: RunState, roots: readonly number[]): Map<number, number> {
  const causes = new Map<number, number>()
  const open = [...roots]
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    for (const consumer of state.index.consumers[n] ?? []) {
      if (causes.has(consumer)) continue
      causes.set(consumer, causes.get(n) ?? n)
      open.push(consumer)
    }
  }
  return causes
}
