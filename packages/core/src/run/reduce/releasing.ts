import type { Moment } from '../../ports/clock.js'
import type { NodeState, RunState } from '../state.js'
import type { Reading } from './reading.js'
import { isReadAgain } from './read-again.js'
import { plan, planChange } from './moves.js'
import { START_MARGIN_MS } from './start-by.js'
import { isHiddenBehind, retryChange, whyNot } from './open-change.js'

/** Begins to enable a node: its message is read immediately before (promises, S4). */
export function beginRelease(state: RunState, node: NodeState, at: Moment): void {
  if (!node.touched || node.stage === 'releasing' || node.stage === 'done') return
  state.releasing++
  node.stage = 'releasing'
  node.change = null
  node.tries = 0
  node.silentSince = null
  plan(state, node, 'status', Math.max(at, begunBy(state, node, at)))
}

/**
 * From then on no process that we asked for can still be loading. Where somebody else's run proved the node meanwhile, ours
 * ends only because it finds the node disabled: on a node that is enabled before, it would run after all.
 */
function begunBy(
  { openFor }: RunState,
  { attempts, attempt, requestedAt }: NodeState,
  at: Moment,
): Moment {
  if (attempts === 0) return 0
  // It may have been requested by a machine whose clock is ahead of ours.
  return (
    Math.min(requestedAt, at) + (attempt?.acknowledged === false ? openFor : 0) + START_MARGIN_MS
  )
}

export function afterReleasing(state: RunState, node: NodeState, reading: Reading): void {
  noteRace(node, reading)
  if (isReadAgain(state, node, reading)) return
  if (isHiddenBehind(state, node, reading)) return
  if (reading.lock === 'enabled') return finish(state, node, 'free')
  if (reading.lock === 'foreign') return finish(state, node, 'foreign')
  if (node.change === null) {
    if (planChange(state, node, 'enable', 'release', reading.at)) return
    node.kept = 'the journal cannot be written, so nothing is changed any more'
    return finish(state, node, 'ours')
  }
  if (retryChange(state, node, reading)) return
  node.kept = `Puppet could not be enabled: ${whyNot(node)}`
  finish(state, node, 'ours')
}

/** Somebody else changed it while we held it: also what is too old to be acted on tells that. */
function noteRace(node: NodeState, { lock, believed }: Reading): void {
  const wasEnabled = lock === 'enabled' && node.change === null && believed === 'ours'
  if (wasEnabled || lock === 'foreign') node.raced = true
}

/** Nothing more is done to the node. */
export function finish(state: RunState, node: NodeState, lock: NodeState['lock']): void {
  if (node.stage === 'releasing') state.releasing--
  node.lock = lock
  node.stage = 'done'
  node.todo = null
  node.change = null
}
