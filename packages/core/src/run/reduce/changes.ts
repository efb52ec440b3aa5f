import type { RunCode } from '../codes.js'
import type { ChangeAnswer, RunEvent, Signal } from '../events.js'
import type { Milliseconds, Moment } from '../../ports/clock.js'
import type { NodeStatus } from '../../providers/agent.js'
import type { NodeState, RunState } from '../state.js'
import { again, enabled, MOST_REFUSALS } from './attempt.js'
import { beginSettling, giveBack } from './begin-settling.js'
import { askRequested, justAfter, soon } from '../asking/when.js'
import { plan, toldOutcome } from './moves.js'
import { isFinal, WITHDRAWN } from './open-change.js'
import { finish } from './releasing.js'

type Intent = Extract<RunEvent, { type: 'intent' }>
type Answered = Extract<RunEvent, { type: 'answered' }>
type Sent = Extract<Signal, { type: 'sent' }>

/** A node that is busy is asked again after this; its run takes a while. */
const BUSY_PAUSE_MS = 5_000

/** From its intent on, a change may have happened. */
export function onIntent(state: RunState, event: Intent): void {
  state.nextIntent = Math.max(state.nextIntent, event.id + 1)
  state.intents.set(event.id, { change: event.change, purpose: event.purpose, nodes: event.nodes })
  event.nodes.forEach((n, i) => {
    const node = state.nodes[n] as NodeState
    node.todo = null
    if (event.purpose === 'settle' && node.stage === 'running')
      beginSettling(state, node, null, event.at)
    node.tries++
    node.change = {
      change: event.change,
      purpose: event.purpose,
      intent: event.id,
      closesAt: event.at + state.openFor,
      answered: false,
      unsent: false,
      code: null,
      message: null,
    }
    if (event.change === 'disable') node.touched = true
    if (event.change !== 'run') {
      node.lock = 'maybe'
      return
    }
    state.requested++
    node.attempts++
    node.recorded = null
    node.stage = 'requesting'
    node.requestedAt = event.at
    node.goingOnAt = event.at
    node.deadline = event.at + state.options.limits.run
    const before = event.before?.[i] ?? node.attempt?.before
    if (before === undefined) return
    node.attempt = {
      number: event.attempts?.[i] ?? node.attempts,
      before,
      // Until the node says when it started.
      requestedAt: nodeTime(before, event.at - node.baselineAt),
      acknowledged: false,
      seenApplying: false,
      lostFor: 0,
      options: state.options.run,
    }
  })
}

/**
 * What the node's clock shows at least: its own word at the baseline plus what passed here since. Not rounded, or a run
 * that began up to a second more before the request could be taken for ours (S2).
 */
function nodeTime({ now }: NodeStatus, passed: Milliseconds): number {
  return now + passed / 1000
}

/** The request left then, perhaps long after its intent: no run that began before is one that was asked for. */
function leftAt(node: NodeState, at: Moment): void {
  const { change, attempt, baselineAt } = node
  if (change?.change !== 'run' || attempt === null || attempt.acknowledged) return
  node.attempt = { ...attempt, requestedAt: nodeTime(attempt.before, at - baselineAt) }
}

/** H counts from when the request left, not from when it was intended: the journal may have been slow. */
export function onSent(state: RunState, event: Sent): void {
  const intent = state.intents.get(event.intent)
  if (intent === undefined) return
  intent.sent = event.at
  for (const n of intent.nodes) {
    const node = state.nodes[n]
    if (node?.change?.intent !== event.intent || node.change.answered) continue
    node.change.closesAt = event.at + state.openFor
    leftAt(node, event.at)
  }
}

export function onAnswered(state: RunState, event: Answered): void {
  for (const answer of event.nodes) {
    const node = state.nodes[answer.node]
    if (node?.change?.intent !== event.intent) continue
    const { change } = node
    // What never left was no try.
    if (answer.code === WITHDRAWN) node.tries--
    change.unsent = answer.unsent === true
    change.code = answer.code ?? null
    change.message = answer.message ?? null
    if (answer.silent !== true) {
      // The node itself spoke: it is done with the request, one way or the other.
      change.answered = true
      change.closesAt = event.at
      node.toldAt = event.at
    } else if (event.sent !== undefined) {
      // Who reads the journal was not told when it left.
      change.closesAt = event.sent + state.openFor
    }
    if (event.sent !== undefined) leftAt(node, event.sent)
    if (change.change === 'run') onRunAnswer(state, node, answer, event.at)
    else if (change.change === 'enable' && change.purpose === 'start' && answer.effect === 'done') {
      // The reply says that it is enabled: no status is needed to go on.
      enabled(state, node, event.at)
    } else if (change.purpose === 'release' && isGood(answer)) {
      // A good reply says how the node was after the deed: it is free.
      finish(state, node, 'free')
    } else
      plan(state, node, 'status', answer.silent === true ? soon(event.at) : justAfter(event.at))
  }
}

/** Done, and not with an error behind it. */
function isGood({ effect, code }: ChangeAnswer): boolean {
  return effect === 'done' && code === undefined
}

function onRunAnswer(state: RunState, node: NodeState, answer: ChangeAnswer, at: Moment): void {
  if (answer.effect !== 'none') {
    node.stage = 'running'
    // Not from the intent on: a process that stood still sent it long after, and a run that is slow to begin would be
    // taken for one that never will, and requested again.
    node.requestedAt = at
    node.deadline = at + state.options.limits.run
    if (answer.startedAt !== undefined && node.attempt !== null) {
      node.attempt = { ...node.attempt, requestedAt: answer.startedAt, acknowledged: true }
    }
    return plan(state, node, 'status', askRequested(state.options.limits, at, state.witnessAnswers))
  }
  node.attempts--
  // What was withdrawn never left; a node that refuses was asked.
  if (answer.code === WITHDRAWN) state.requested--
  else node.refusals++
  const code = answer.code ?? ('node-refused-run' satisfies RunCode)
  const reason = answer.message ?? 'the node refused the run'
  if (isFinal(code) || code === 'node-options-refused' || node.refusals > MOST_REFUSALS) {
    return giveBack(state, node, toldOutcome('failed', code, reason), at)
  }
  // Busy, or disabled by somebody: the next status tells, and where it is idle again the run is requested again.
  again(state, node, at)
  plan(state, node, 'status', soon(at + BUSY_PAUSE_MS))
}
