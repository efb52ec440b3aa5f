import type { Rule } from './rule.js'
import { canariesLeft, isOnOffer } from '../reduce/offer.js'
import type { RunState } from '../state.js'

/** Starts what is ready while a slot is free. A slot is held until the node is disabled again and judged. */
export const fillSlots: Rule = (state) => {
  if (state.phase !== 'run' || state.stop !== null) return []
  const free = state.options.width - state.slots - state.stuck
  if (free <= 0) return []
  const nodes = state.ready.take(free, chooser(state))
  return nodes.length === 0 ? [] : [{ do: 'record', event: { type: 'started', nodes } }]
}

/** What may start together: where canaries of a group are still to be chosen, no more than these. */
function chooser(state: RunState): (n: number) => boolean {
  const { options, index } = state
  if (options.canary === undefined || options.order !== 'stream') return (n) => isOnOffer(state, n)
  const left = new Map<number, number>()
  return (n) => {
    if (!isOnOffer(state, n)) return false
    // One that is tried again: it was chosen before.
    if (state.nodes[n]?.canary === true) return true
    const group = index.groupOf[n] ?? 0
    const rest = left.get(group) ?? (canariesLeft(state, group) || Infinity)
    // What is dropped here is offered again when the canaries are proven.
    if (rest <= 0) return false
    left.set(group, rest - 1)
    return true
  }
}
