import type { RunCode } from '../codes.js'
import type { NodeState, RunState } from '../state.js'
import type { Reading } from './reading.js'
import { askWaiting, justAfter } from '../asking/when.js'
import { MOST_TRIES, plan, planChange } from './moves.js'

/** Whether a status proves that the open change has no effect any more: it was asked after the change closed. */
export function isClosed(node: NodeState, reading: Reading): boolean {
  return node.change === null || reading.askedAt >= node.change.closesAt
}

/** Whether a change was sent, or was to be, and the node has not said what came of it. */
export function isUnanswered({ change }: NodeState): boolean {
  return change?.answered === false
}

/**
 * The node carries a message that our open change has nothing to do with, a stranger's or that of a run that is taken
 * over: our disable may still come when that message is gone, our enable may still remove it. The node is asked again when
 * nothing can come any more (promises, S16).
 */
export function isHiddenBehind(state: RunState, node: NodeState, reading: Reading): boolean {
  const { change } = node
  if (change === null || !isUnanswered(node) || isClosed(node, reading)) return false
  const { enabled, message } = reading.status
  const hides =
    change.change === 'disable' ? message !== state.lockText : reading.lock === 'foreign'
  if (enabled || !hides) return false
  // Whoever it is was seen, also if our own change undoes what he did.
  node.raced ||= reading.lock === 'foreign'
  plan(state, node, 'status', justAfter(change.closesAt))
  return true
}

/** It did not leave, as the run was stopped while the intent was being written, or that took too long: see `withdraw`. */
export const WITHDRAWN: RunCode = 'run-stopped'

/** Codes that no repetition mends. */
export function isFinal(code: string | null): boolean {
  return code === 'node-denied' || code === 'node-input-refused' || code === 'node-unknown-action'
}

/**
 * The node does not show the effect of the open change. While that is open it is asked again; once it is closed
 * the change is sent again, a few times. False: it is given up.
 */
export function retryChange(state: RunState, node: NodeState, reading: Reading): boolean {
  const { change } = node
  // It is still to be sent: this answers an older question.
  if (change === null) return node.todo === 'disable' || node.todo === 'enable'
  if (!isClosed(node, reading)) {
    const poll = askWaiting(state.options.limits, reading.at, reading.at)
    plan(state, node, 'status', Math.min(poll, justAfter(change.closesAt)))
    return true
  }
  if (isFinal(change.code) || node.tries >= MOST_TRIES) return false
  return planChange(state, node, change.change, change.purpose, reading.at)
}

/** Why a change was given up, in words. */
export function whyNot(node: NodeState): string {
  return node.change?.message ?? 'the node does not do it'
}
