import type { Attempt, NodeStatus } from '../../providers/agent.js'
import type { NodeState, RunState } from '../state.js'
import type { Moment } from '../../ports/clock.js'
import type { Reading } from './reading.js'
import { askRunning, askWaiting, justAfter } from '../asking/when.js'
import { outcome, plan } from './moves.js'
import { mayStart } from './budget.js'
import { attemptsOfTry } from './retry.js'
import { startBy } from './start-by.js'
import { isClosed, isUnanswered } from './open-change.js'
import { again, MOST_ATTEMPTS, notRepeated } from './attempt.js'
import { settle } from './begin-settling.js'
import { setBackAtMost, WHOLE_S } from '../node-clock.js'

/** A run is lost when this many statuses in a row say that it is over and recorded nothing. */
const LOST_STATUSES = 2

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
      if (reading.status.applying) node.attempt = { ...attempt, seenApplying: true }
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
        if (mayBeRecorded(node, reading)) return settleOlder(state, node, reading)
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
  if (isRecorded(node, reading)) {
    // A run was recorded that by the node's clock ended before ours was requested: somebody else's, which fell into the
    // moment between, or ours, and the clock was set back since. Its evidence may tell.
    node.recorded = reading.status.lastRun
    return settle(state, node, null, reading.at)
  }
  if (mayBeRecorded(node, reading)) return settleOlder(state, node, reading)
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

/** Whether another run is recorded than at the baseline. */
function isRecorded({ attempt }: NodeState, { status }: Reading): boolean {
  return attempt !== null && status.lastRun > attempt.before.lastRun
}

/**
 * Whether a run of ours may be what is recorded, by a clock that was set back: even where that looks as if nothing had been
 * recorded since the baseline, if the clock may have been set back to the very second in which the run before had ended.
 */
function mayBeRecorded(node: NodeState, reading: Reading): boolean {
  const { attempt } = node
  if (attempt === null) return false
  if (isRecorded(node, reading)) return true
  const { lastRun } = reading.status
  // To the second: clocks of two processes are not reckoned with besides, or no run before could be a minute ago.
  const back = setBackAtMost({ ...node, sameClock: true }, attempt, reading.status)
  return lastRun === attempt.before.lastRun && lastRun + back >= attempt.requestedAt - WHOLE_S
}

/** It may be ours, and is not made twice. */
function settleOlder(state: RunState, node: NodeState, reading: Reading): void {
  const set = isRecorded(node, reading)
    ? "a run was recorded that ended before ours was requested: somebody else's, or the node's clock was set"
    : "no run was recorded since ours was requested, unless the node's clock was set back to the second of the one before"
  settle(state, node, outcome('unknown', 'node-clock', set), reading.at)
}
