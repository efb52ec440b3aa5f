import type { Attempt } from '../../providers/agent.js'
import type { NodeState, Outcome, RunState } from '../state.js'
import type { Moment } from '../../ports/clock.js'
import type { Reading } from './reading.js'
import { isReadAgain } from './read-again.js'
import { askWaiting } from '../asking/when.js'
import { conclude, halt, outcome, stopCode, plan, planChange, toldOutcome } from './moves.js'
import { giveBack } from './begin-settling.js'
import { blockedBy, lostLock } from './locking.js'
import { closedBy } from './budget.js'
import { attemptsOfTry } from './retry.js'
import { untilStop } from './until.js'
import { isHiddenBehind, retryChange, whyNot } from './open-change.js'

/** A run that never started is requested once more (puppet agent notes, 3.1); also one that somebody else's run displaced. */
export const MOST_ATTEMPTS = 2
/** The node says "applying, cannot run now": waited out and requested again so often. */
export const MOST_REFUSALS = 5
/** Read immediately before the node is enabled, or before a run is requested again. */
export function afterBaseline(state: RunState, node: NodeState, reading: Reading): void {
  const enabledByUs = reading.believed === 'free'
  // Also on an old word: nothing is changed on it.
  if (reading.lock === 'foreign') return blockedBy(state, node, reading)
  if (!enabledByUs && reading.lock === 'enabled') return lostLock(state, node, reading)
  if (isReadAgain(state, node, reading)) return
  if (reading.status.applying) {
    if (reading.askedAt >= node.deadline) {
      return giveBack(
        state,
        node,
        outcome('refused', 'node-stuck', 'another Puppet run keeps applying on the node'),
        reading.at,
      )
    }
    return plan(state, node, 'status', askWaiting(state.options.limits, reading.at, reading.at))
  }
  takeBaseline(state, node, reading)
  node.tries = 0
  if (reading.lock === 'ours') {
    node.stage = 'enabling'
    if (!planChange(state, node, 'enable', 'start', reading.at)) notReached(state, node, reading.at)
    return
  }
  node.stage = 'requesting'
  request(state, node, reading.at)
}

/** What is newer than this can be the run that is requested next. */
function takeBaseline(state: RunState, node: NodeState, reading: Reading): void {
  node.baselineAskedAt = reading.askedAt
  node.attempt = draft(state, node, reading)
  node.sighted = false
  node.baselineAt = reading.at
  node.sameClock = true
  node.overrun = false
}

function draft(state: RunState, node: NodeState, reading: Reading): Attempt {
  return {
    number: node.attempts + 1,
    before: reading.status,
    requestedAt: reading.status.now,
    acknowledged: false,
    seenApplying: false,
    lostFor: 0,
    options: state.options.run,
  }
}

function request(state: RunState, node: NodeState, at: Moment): void {
  if (!planChange(state, node, 'run', 'start', at)) notReached(state, node, at)
}

function notReached(state: RunState, node: NodeState, at: Moment): void {
  const why = 'the journal cannot be written'
  const ended =
    attemptsOfTry(node) > 0 ? notRepeated(why) : outcome('not reached', 'store-lost', why)
  conclude(state, node, ended, at)
}

export function notRepeated(why: string): Outcome {
  const reason = `the run that was requested did not show, and was not requested again: ${why}`
  return outcome('unknown', 'run-not-repeated', reason)
}

/** Enabled, as a status says or the answer to `enable` did: now the run is requested. */
export function afterEnabling(state: RunState, node: NodeState, reading: Reading): void {
  if (isHiddenBehind(state, node, reading)) return
  // The one before may have been read by a machine whose clock is not ours: from both together it would be reckoned
  // wrongly when, on the node's clock, the run was requested, and our own run be taken for somebody else's.
  if (isReadAgain(state, node, reading)) return
  takeBaseline(state, node, reading)
  if (reading.lock === 'enabled') return enabled(state, node, reading.at)
  if (reading.lock === 'foreign') return blockedBy(state, node, reading)
  if (retryChange(state, node, reading)) return
  const reason = `Puppet could not be enabled for the run: ${whyNot(node)}`
  conclude(
    state,
    node,
    toldOutcome('failed', node.change?.code ?? 'node-not-enabled', reason),
    reading.at,
  )
}

export function enabled(state: RunState, node: NodeState, at: Moment): void {
  node.change = null
  node.lock = 'free'
  if (node.last !== null) {
    // Whose message it carried says nothing of it any more.
    const { message: _gone, ...last } = node.last
    node.last = { ...last, enabled: true }
  }
  node.tries = 0
  node.stage = 'requesting'
  request(state, node, at)
}

/** Requests once more, from a fresh baseline. */
export function again(state: RunState, node: NodeState, at: Moment): void {
  node.change = null
  node.stage = 'baseline'
  node.deadline = at + state.options.limits.drain
  plan(state, node, 'status', at)
}

/** The run was stopped before this node's run was requested: it is disabled again where it was enabled. */
export function withhold(state: RunState, node: NodeState, at: Moment): void {
  const closed = state.stop === null ? closedBy(state, node.n) : undefined
  // Its request was under way when the time came, and came to nothing.
  if (closed === undefined && state.untilPassed) halt(state, untilStop(state), at)
  const { stop } = state
  const why = closed ?? stop?.reason ?? 'the run stopped'
  const ended =
    attemptsOfTry(node) > 0 && node.stage !== 'resting'
      ? notRepeated(why)
      : stop?.kind === 'cancel'
        ? toldOutcome('cancelled', stop.code, why)
        : outcome('not reached', closed === undefined ? stopCode(state) : 'budget-spent', why)
  giveBack(state, node, ended, at)
}
