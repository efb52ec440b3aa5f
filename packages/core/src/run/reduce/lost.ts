import type { Moment } from '../../ports/clock.js'
import type { LostChange } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { isOurLock } from '../adopt.js'
import { isMidRun } from '../lost-changes.js'
import { conclude, outcome } from './moves.js'
import { chooseCanary } from './offer.js'

/**
 * A node is not as the journal says, as the store lost the end of it. What we may have done is taken for done: it is
 * ours to release, and where it may have been run it is unknown and not run again (promises, S5, S8, S18); while it may be
 * applying it takes a slot (S6).
 */
export function onLost(state: RunState, { node: n, found, status }: LostChange, at: Moment): void {
  const node = state.nodes[n] as NodeState
  // What is tried again may have been already (promises, S8).
  if (isMidRun(node)) node.retries = Math.max(node.retries, state.options.failures?.retries ?? 0)
  if (found === 'maybe-retried') {
    // Its next try may have enabled it already: how it is by now is read before anything is done.
    if (status !== undefined && lockOf(state, status) !== 'ours') node.lock = 'unknown'
    return
  }
  if (found === 'released') {
    node.lock = 'free'
    return
  }
  node.touched = true
  node.lock = lockOf(state, status)
  // Whose message it is: of a run that is taken over, or ours.
  if (found === 'disabled') {
    node.last = status ?? node.last
    return
  }
  node.attempts++
  // The release rule must know that a run may have changed something.
  state.requested++
  node.last = status ?? null
  // Of those that its group runs first, unless the journal knows who they were: it is not proven, and the rest waits.
  chooseCanary(state, node)
  const why =
    found === 'silent'
      ? 'it does not say how it is, and the run store may have lost what was done to it'
      : 'it was enabled or run, and no record tells of that: the run store lost the end of the journal'
  conclude(state, node, outcome('unknown', 'record-lost', why), at)
}

function lockOf(state: RunState, status: LostChange['status']): NodeState['lock'] {
  if (status === undefined) return 'unknown'
  if (status.enabled) return 'free'
  return isOurLock(state, status.message) ? 'ours' : 'foreign'
}
