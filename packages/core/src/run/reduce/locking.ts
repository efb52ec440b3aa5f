import type { NodeState, RunState } from '../state.js'
import type { Reading } from './reading.js'
import { isReadAgain } from './read-again.js'
import { askWaiting, soon } from '../asking/when.js'
import { conclude, leave, MOST_TRIES, outcome, plan, planChange, toldOutcome } from './moves.js'
import { offer } from './offer.js'
import { isFinal, isHiddenBehind, retryChange, whyNot, WITHDRAWN } from './open-change.js'

/** An idle node that was seen idle once is asked again after this: a process that loads Ruby shows late. */
const SECOND_LOOK_MS = 2_000

/** A node that is being disabled was read: it is ours only with our message on it. */
export function afterLocking(state: RunState, node: NodeState, reading: Reading): void {
  if (isReadAgain(state, node, reading)) return
  if (isHiddenBehind(state, node, reading)) return
  if (reading.lock === 'ours') {
    node.change = null
    node.tries = 0
    node.lock = 'ours'
    node.lockedAt = reading.at
    if (node.n === state.proofNode && !state.proved) {
      if (state.stop !== null) return rest(state, node, 'held')
      node.stage = 'proving'
      planChange(state, node, 'enable', 'proof', reading.at)
      return
    }
    state.unlocked--
    node.stage = 'draining'
    node.idleSince = null
    node.deadline = reading.at + state.options.limits.drain
    afterDraining(state, node, reading)
    return
  }
  if (reading.lock === 'foreign') return blockedBy(state, node, reading)
  if (retryChange(state, node, reading)) return
  if (node.change === null) return lostLock(state, node, reading)
  const reason = `Puppet could not be disabled: ${whyNot(node)}`
  conclude(
    state,
    node,
    toldOutcome('refused', node.change.code ?? 'node-not-disabled', reason),
    reading.at,
  )
}

/** The run was stopped, by a lost store or a cancel: nothing more is to be proven, and nothing waits for the node. */
function rest(state: RunState, node: NodeState, stage: 'held' | 'free'): void {
  leave(state, node.stage)
  node.stage = stage
  node.change = null
}

/** The first node is enabled once, to prove that we may, before any other is disabled. */
export function afterProving(state: RunState, node: NodeState, reading: Reading): void {
  if (isReadAgain(state, node, reading)) return
  if (isHiddenBehind(state, node, reading)) return
  if (reading.lock === 'enabled') {
    // Only the node's own answer proves that we may: somebody else may have enabled it, too. Older journals tell of what
    // never left by its code alone.
    const { change } = node
    state.proved =
      change?.answered === true &&
      !change.unsent &&
      change.code !== WITHDRAWN &&
      !isFinal(change.code)
    node.lock = 'free'
    node.tries = 0
    if (state.stop !== null) {
      // One that was taken over stays disabled, as it was: by us now.
      const isBack = node.adopted && planChange(state, node, 'disable', 'lock', reading.at)
      if (!isBack) return rest(state, node, 'free')
      node.stage = 'locking'
      return
    }
    if (
      change !== null &&
      !state.proved &&
      (isFinal(change.code) || ++state.trials >= MOST_TRIES)
    ) {
      return refuseTrial(state, node, reading)
    }
    node.stage = 'locking'
    planChange(state, node, 'disable', 'lock', reading.at)
    return
  }
  if (reading.lock === 'foreign') return blockedBy(state, node, reading)
  if (node.change === null) {
    // A run that was gone on with, before the proof was begun.
    if (state.stop !== null) return rest(state, node, 'held')
    planChange(state, node, 'enable', 'proof', reading.at)
    return
  }
  if (retryChange(state, node, reading)) return
  refuseTrial(state, node, reading)
}

function refuseTrial(state: RunState, node: NodeState, { at, lock }: Reading): void {
  const what =
    lock === 'enabled'
      ? 'it was not seen that we may enable Puppet again, as somebody else may have done it'
      : 'Puppet could not be enabled again'
  const reason = `${what}, so no other node was touched: ${whyNot(node)}`
  conclude(state, node, toldOutcome('refused', node.change?.code ?? 'node-not-enabled', reason), at)
}

/** Idle is proven by two statuses, the second at least `limits.settle` after the node was disabled. */
export function afterDraining(state: RunState, node: NodeState, reading: Reading): void {
  if (reading.lock !== 'ours') return lostLock(state, node, reading)
  const { limits } = state.options
  if (reading.status.applying) {
    node.idleSince = null
    if (reading.askedAt >= node.deadline) {
      const reason = `a Puppet run was still applying ${Math.round(limits.drain / 1000)} s after the node was disabled`
      return conclude(state, node, outcome('refused', 'node-stuck', reason), reading.at)
    }
    return plan(state, node, 'status', askWaiting(limits, node.lockedAt, reading.at))
  }
  const settled = node.lockedAt + limits.settle
  if (node.idleSince !== null && reading.askedAt >= settled) {
    leave(state, node.stage)
    node.stage = 'held'
    return offer(state, node.n)
  }
  node.idleSince ??= reading.askedAt
  plan(state, node, 'status', soon(Math.max(settled, reading.at + SECOND_LOOK_MS)))
}

/** Somebody else's message is on the node: it is left alone. */
export function blockedBy(state: RunState, node: NodeState, reading: Reading): void {
  node.lock = 'foreign'
  node.raced = node.touched
  const text = reading.status.message === '' ? 'no message' : `"${reading.status.message ?? ''}"`
  conclude(
    state,
    node,
    outcome('refused', 'node-disabled-by-other', `disabled by somebody else meanwhile: ${text}`),
    reading.at,
  )
}

/** A node that we held is not ours any more. */
export function lostLock(state: RunState, node: NodeState, reading: Reading): void {
  if (reading.lock === 'foreign') return blockedBy(state, node, reading)
  node.lock = 'free'
  node.raced = true
  conclude(
    state,
    node,
    outcome(
      'refused',
      'node-enabled-by-other',
      'enabled by somebody else while we held it disabled',
    ),
    reading.at,
  )
}
