import type { NodeState, Outcome, RunState } from '../state.js'
import type { Moment } from '../../ports/clock.js'
import { conclude, plan, planChange } from './moves.js'

export function beginSettling(
  state: RunState,
  node: NodeState,
  pending: Outcome | null,
  at: Moment,
): void {
  node.stage = 'settling'
  node.pending = pending
  node.change = null
  node.tries = 0
  node.silentSince = null
  node.deadline = at + state.options.limits.run
}

/** Disabled again on the word of a witness: the node itself has not said yet that its run is over. */
export function isEndUnseen({ stage, recorded, pending }: NodeState): boolean {
  return stage === 'settling' && recorded === null && pending === null
}

/**
 * Before it is disabled after its run: where it may be disabled already, by others, by us on the word of a witness, or
 * before the record of it was lost. A request that changes nothing would only be open for H, and nobody could tell when
 * it came (promises, S16).
 */
export function isReadFirst({ lock }: NodeState): boolean {
  return lock === 'foreign' || lock === 'ours' || lock === 'unknown'
}

/** The run is over, or given up: disable the node again before anything is judged. */
export function settle(
  state: RunState,
  node: NodeState,
  pending: Outcome | null,
  at: Moment,
): void {
  beginSettling(state, node, pending, at)
  if (isReadFirst(node)) return plan(state, node, 'status', at)
  if (planChange(state, node, 'disable', 'settle', at)) return
  // The store is lost: the node cannot be disabled again, but it can still be judged.
  if (pending !== null) return conclude(state, node, pending, at)
  node.stage = 'judging'
  plan(state, node, 'evidence', at)
}

/** No run of ours is on the node: it is disabled again where it was enabled, and gets this result. */
export function giveBack(state: RunState, node: NodeState, ended: Outcome, at: Moment): void {
  if (node.lock === 'ours') return conclude(state, node, ended, at)
  settle(state, node, ended, at)
}
