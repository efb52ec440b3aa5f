import type { NodeState, RunState } from '../state.js'
import type { Reading } from './reading.js'
import { MOST_TRIES, outcome, plan, planChange, toldOutcome } from './moves.js'
import { askWaiting } from '../asking/when.js'
import type { RunCode } from '../codes.js'
import { isHiddenBehind, retryChange, whyNot, WITHDRAWN } from './open-change.js'
import { afterRunning, noteEnd } from './running.js'
import { isEndUnseen } from './begin-settling.js'
import { endTry } from './retry.js'

/** The store was lost before the node could be disabled: it can still be judged. */
function isWithdrawn({ storeLost }: RunState, { change }: NodeState): boolean {
  const code = change?.code as RunCode | null | undefined
  return storeLost && (code === WITHDRAWN || code === 'store-lost')
}

/** The node is being disabled after its run; it must be idle before its summary is read. */
export function afterSettling(state: RunState, node: NodeState, reading: Reading): void {
  const { applying, lastRun } = reading.status
  const unseen = isEndUnseen(node)
  if (unseen && reading.progress === 'ended') noteEnd(state, node, reading.status, reading.at)
  if (isHiddenBehind(state, node, reading)) return
  if (node.recorded !== null && (applying || lastRun !== node.recorded)) node.overrun = true
  if (reading.lock === 'foreign') {
    node.lock = 'foreign'
    node.raced = true
  } else if (reading.lock === 'ours') {
    node.lock = 'ours'
    node.lockedAt = reading.at
  } else {
    if (retryChange(state, node, reading)) return
    const mayTry = /^(ours|unknown)$/.test(reading.believed) && node.tries < MOST_TRIES
    if (mayTry && planChange(state, node, 'disable', 'settle', reading.at)) return
    if (node.change !== null && !isWithdrawn(state, node)) {
      const reason = `Puppet could not be disabled after the run: ${whyNot(node)}`
      node.pending ??= toldOutcome('failed', node.change.code ?? 'node-not-disabled', reason)
    }
    node.lock = 'free'
  }
  node.change = null
  if (unseen && reading.progress !== 'ended') {
    // The witness told of another run, or before the lock was gone.
    node.stage = 'running'
    node.pending = null
    node.deadline = node.requestedAt + state.options.limits.run
    return afterRunning(state, node, reading)
  }
  const overLimit = node.pending?.code === 'run-over-limit'
  if (applying && !overLimit) {
    // Another run slipped in before the node was disabled: it is waited out, and judged if it overwrote ours.
    if (reading.askedAt < node.deadline) {
      return plan(
        state,
        node,
        'status',
        askWaiting(state.options.limits, node.requestedAt, reading.at),
      )
    }
    node.pending ??= outcome('unknown', 'run-over-limit', 'another run keeps applying on the node')
  }
  if (node.pending !== null) return endTry(state, node, node.pending, reading.at)
  node.stage = 'judging'
  node.undecided = 0
  plan(state, node, 'evidence', reading.at)
}
