import type { RunEvent } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import type { Moment } from '../../ports/clock.js'
import { conclude, outcome, plan } from './moves.js'
import { askWaiting } from '../asking/when.js'
import { settle } from './begin-settling.js'
import { noAnswer } from './gate.js'
import { finish } from './releasing.js'

type Silent = Extract<RunEvent, { type: 'silent' }>

/**
 * Nobody answered a question. That is no news: it is asked again until both the deadline of the wait and the time
 * for which silence is borne have passed, and then the node is unknown.
 */
export function onSilence(state: RunState, node: NodeState, event: Silent): void {
  if (!isWaiting(node)) return
  node.asking = null
  node.silentSince ??= event.askedAt
  const deadline = givenUpAt(state, node, node.silentSince)
  if (event.askedAt < deadline) {
    const next = askWaiting(state.options.limits, node.silentSince, event.at)
    return plan(state, node, event.question, next > deadline ? Math.max(deadline, event.at) : next)
  }
  giveUp(state, node, event.message, event.at)
}

function givenUpAt(state: RunState, node: NodeState, silentSince: Moment): Moment {
  // A gate has a deadline of its own for this.
  if (node.stage === 'answering') return node.deadline
  return Math.max(waitsUntil(node), silentSince + state.options.limits.silence)
}

/** Whether the node's stage asks questions; a silence that comes after a stop concerns nobody. */
function isWaiting(node: NodeState): boolean {
  return !['free', 'held', 'requesting', 'resting', 'checking', 'judged', 'done'].includes(
    node.stage,
  )
}

function waitsUntil(node: NodeState): Moment {
  if (node.stage === 'running') return Math.max(node.deadline, node.change?.closesAt ?? 0)
  return node.change?.closesAt ?? 0
}

function giveUp(state: RunState, node: NodeState, message: string, at: Moment): void {
  const unknown = outcome('unknown', 'node-silent', message)
  switch (node.stage) {
    case 'running':
      // It may answer to this at least, and then it is held.
      return settle(state, node, unknown, at)
    case 'releasing':
      node.kept = `it does not answer: ${message}`
      return finish(state, node, node.change === null && node.lock === 'ours' ? 'ours' : 'unknown')
    case 'answering':
      return noAnswer(state, node, message, at)
    case 'judging':
      return conclude(state, node, outcome('unknown', 'evidence-missing', message), at)
    default:
      if (node.change !== null) node.lock = 'unknown'
      return conclude(state, node, node.pending ?? unknown, at)
  }
}
