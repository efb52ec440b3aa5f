import type { Attempt, NodeStatus } from '../../providers/agent.js'
import type { NodeState, Outcome, RunState } from '../state.js'
import type { Moment } from '../../ports/clock.js'
import { SLOW_S, type Reading } from './reading.js'
import { isReadAgain } from './read-again.js'
import { askRunning, askWaiting, justAfter } from '../asking/when.js'
import { conclude, halt, outcome, stopCode, plan, planChange, toldOutcome } from './moves.js'
import { blockedBy, lostLock } from './locking.js'
import { closedBy, mayStart } from './budget.js'
import { attemptsOfTry } from './retry.js'
import { startBy } from './start-by.js'
import { untilStop } from './until.js'
import { isClosed, isHiddenBehind, isUnanswered, retryChange, whyNot } from './open-change.js'

/** A run that never started is requested once more (puppet agent notes, 3.1); also one that somebody else's run displaced. */
export const MOST_ATTEMPTS = 2
/** The node says "applying, cannot run now": waited out and requested again so often. */
export const MOST_REFUSALS = 5
/** A run is lost when this many statuses in a row say that it is over and recorded nothing. */
const LOST_STATUSES = 2

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
  node.setBack = false
  node.mayBeSetBack = false
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

function notRepeated(why: string): Outcome {
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

/** A status of a node whose run is in flight, with what the agent makes of it. */
export function afterRunning(state: RunState, node: NodeState, reading: Reading): void {
  const attempt = node.attempt as Attempt
  if (reading.lock === 'foreign') node.raced = true
  const { limits } = state.options
  const { change } = node
  if (change !== null && isUnanswered(node) && !isClosed(node, reading) && isOver(reading)) {
    // What is over may be somebody else's run, while our request is still to come: nothing follows it before H has passed,
    // or the next one would be a second (promises, S8, S16).
    return plan(state, node, 'status', justAfter(change.closesAt))
  }
  switch (reading.progress) {
    case 'ended':
      noteEnd(state, node, reading.status, reading.at)
      return settle(state, node, null, reading.at)
    case 'clock':
      return settle(
        state,
        node,
        outcome(
          'unknown',
          'node-clock',
          "the node's clock was set during the run, so its times prove nothing",
        ),
        reading.at,
      )
    case 'lost': {
      const lostFor = attempt.lostFor + 1
      node.attempt = { ...attempt, lostFor }
      if (lostFor >= LOST_STATUSES) {
        if (reading.status.lastRun > attempt.before.lastRun)
          return settleOlder(state, node, reading)
        const died = 'the run ended without recording anything: killed, or the node was rebooted'
        return settle(state, node, outcome('failed', 'run-died', died), reading.at)
      }
      return plan(state, node, 'status', askWaiting(limits, node.requestedAt, reading.at))
    }
    case 'not-started': {
      if (node.change !== null && reading.askedAt < node.change.closesAt) break
      if (reading.askedAt < startBy(state, node)) {
        noteGoingOn(state, node, reading.at)
        return askOfRun(state, node, reading.at)
      }
      return neverStarted(state, node, reading)
    }
    default:
      break
  }
  if (reading.status.applying && (!attempt.seenApplying || attempt.lostFor > 0)) {
    node.attempt = { ...attempt, seenApplying: true, lostFor: 0 }
  }
  // A request that was not answered may begin a run as long as it is open, however short the limit.
  const mayBegin = isUnanswered(node) && !isClosed(node, reading)
  if (reading.askedAt >= node.deadline && !mayBegin) {
    const minutes = Math.round(limits.run / 60_000)
    const over = `still applying ${minutes} min after the run was requested; it cannot be stopped from here`
    return settle(state, node, outcome('unknown', 'run-over-limit', over), reading.at)
  }
  noteGoingOn(state, node, reading.at)
  askOfRun(state, node, reading.at)
}

/** Whether it looks as if our run were over, or as if nobody could tell any more. */
function isOver({ progress }: Reading): boolean {
  return progress === 'ended' || progress === 'lost' || progress === 'clock'
}

/** The run is not over: the node is asked again when that is worth it. */
function askOfRun(state: RunState, node: NodeState, at: Moment): void {
  const { requestedAt, deadline, attempt } = node
  const unseen = startBy(state, node)
  const isSeen = attempt?.seenApplying === true || at > unseen
  const witness = node.sighted ? 'told' : state.witnessAnswers ? 'expected' : 'none'
  plan(
    state,
    node,
    'status',
    askRunning(
      state.options.limits,
      state.times,
      {
        requestedAt,
        factor: factorOf(state, node),
        startBy: isSeen ? null : unseen,
        deadline,
        witness,
      },
      at,
    ),
  )
}

function noteGoingOn(state: RunState, node: NodeState, at: Moment): void {
  const factor = factorOf(state, node)
  state.times.wentOn(age(node, node.goingOnAt) / factor, age(node, at) / factor)
  node.goingOnAt = Math.max(node.goingOnAt, at)
}

/** The node said that its run is over. Its own clock tells how long the run took; where that cannot be, the middle of what is possible is taken. */
export function noteEnd(
  state: RunState,
  node: NodeState,
  { lastRun }: NodeStatus,
  at: Moment,
): void {
  node.recorded = lastRun
  const [from, to] = [age(node, node.goingOnAt), age(node, at)]
  const told = lastRun - (node.attempt?.requestedAt ?? lastRun)
  const took = told >= from && told <= to ? told : (from + to) / 2
  const factor = factorOf(state, node)
  state.times.ended(from / factor, took / factor)
}

/** How long the node's runs take against what is usual, as far as past runs tell. */
function factorOf({ factors }: RunState, { n }: NodeState): number {
  return factors?.[n] ?? 1
}

/** Seconds since the run was requested. */
function age(node: NodeState, at: Moment): number {
  return Math.max(0, at - node.requestedAt) / 1000
}

function neverStarted(state: RunState, node: NodeState, reading: Reading): void {
  // Where a witness was wrong it is disabled again already.
  const isOurs = reading.lock === 'ours' && node.lockedAt > node.requestedAt
  const isFree = reading.lock === 'enabled' || isOurs
  if (mayBeOurs(node, reading)) return settleOlder(state, node, reading)
  if (attemptsOfTry(node) < MOST_ATTEMPTS && mayStart(state, node) && isFree) {
    again(state, node, reading.at)
    return
  }
  if (!mayStart(state, node) && node.attempt?.acknowledged === false) {
    // Nobody confirmed that the request came: it may never have left, or begun a run that was killed between two looks.
    return settle(state, node, notRepeated('the run had stopped meanwhile'), reading.at)
  }
  const reason = `the run was requested ${node.attempts === 1 ? 'once' : `${node.attempts} times`} and never started`
  settle(state, node, outcome('failed', 'run-never-started', reason), reading.at)
}

/**
 * A run was recorded since the baseline that by the node's clock ended before ours was requested. It is somebody else's,
 * which fell into the moment between, unless the clock was set back since, or nobody can tell.
 */
function mayBeOurs(node: NodeState, { status }: Reading): boolean {
  const { attempt, setBack, mayBeSetBack, sameClock } = node
  if (attempt === null || status.lastRun <= attempt.before.lastRun) return false
  return setBack || mayBeSetBack || !sameClock || status.lastRun >= attempt.requestedAt - SLOW_S
}

/** It may be ours, and is not made twice. */
function settleOlder(state: RunState, node: NodeState, { at }: Reading): void {
  const set =
    "a run was recorded that ended before ours was requested: somebody else's, or the node's clock was set"
  settle(state, node, outcome('unknown', 'node-clock', set), at)
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

/** No run of ours is on the node: it is disabled again where it was enabled, and gets this result. */
export function giveBack(state: RunState, node: NodeState, ended: Outcome, at: Moment): void {
  if (node.lock === 'ours') return conclude(state, node, ended, at)
  settle(state, node, ended, at)
}

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
