import type { Moment } from '../../ports/clock.js'
import type { RunEvent } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { isReadFirst } from './begin-settling.js'
import { awaitAnswer, awaitChecks } from './gate.js'
import { onLost } from './lost.js'
import { plan, planChange } from './moves.js'
import { isUnanswered } from './open-change.js'

type Resumed = Extract<RunEvent, { type: 'resumed' }>

/**
 * Another process goes on. It knows the journal and nothing else: what was asked is asked again, and a change whose
 * answer is not in the journal may have been sent at the last moment, so that it stays open for H from now on
 * (promises, S16, S17). Nothing is requested a second time that may have happened.
 */
export function onResumed(state: RunState, { at, lost = [] }: Resumed): void {
  for (const node of state.nodes) {
    node.asking = null
    node.todo = null
    node.silentSince = null
    // Of the clock of another process, perhaps on another machine: ours may be behind it.
    node.toldAt = 0
    node.sameClock = false
  }
  // It was in the way of the process before.
  state.storeLost = false
  if (state.cancel !== 'hard') state.abandoned = null
  for (const one of lost) onLost(state, one, at)
  for (const node of state.nodes) {
    if (node.change !== null && isUnanswered(node)) {
      node.change.closesAt = at + state.openFor
      // It may have left just now, however old its intent is: Puppet still loads when H has passed.
      if (node.change.change === 'run') node.requestedAt = Math.max(node.requestedAt, at)
    }
    goOn(state, node, at)
  }
}

function goOn(state: RunState, node: NodeState, at: Moment): void {
  const { limits } = state.options
  switch (node.stage) {
    case 'locking':
      if (node.change === null && node.lock !== 'ours')
        planChange(state, node, 'disable', 'lock', at)
      else plan(state, node, 'status', at)
      return
    case 'proving':
      // Whose message is on it is read again before it is enabled (promises, S4).
      return plan(state, node, 'status', at)
    case 'draining':
      // Idleness has to be seen anew: who knows for how long nobody looked.
      node.idleSince = null
      node.deadline = at + limits.drain
      return plan(state, node, 'status', at)
    case 'enabling':
      if (node.change === null) return readAgain(state, node, at)
      return plan(state, node, 'status', at)
    case 'requesting':
      if (node.change === null) return readAgain(state, node, at)
      // It was requested, or nearly: from here on only the node knows.
      node.stage = 'running'
      return plan(state, node, 'status', at)
    case 'baseline':
      return readAgain(state, node, at)
    case 'settling':
      if (node.change === null && !isReadFirst(node))
        planChange(state, node, 'disable', 'settle', at)
      else plan(state, node, 'status', at)
      return
    case 'running':
    case 'judging':
      return plan(state, node, 'status', at)
    case 'releasing':
      // An enable that is open may have worked; the status tells, and where it did not, it is sent again after H.
      return plan(state, node, 'status', at)
    case 'held':
    case 'judged':
      // Nothing is to be done about it, but somebody may have enabled it meanwhile.
      if (node.touched) plan(state, node, 'status', at)
      return
    case 'answering':
      return awaitAnswer(state, node, at)
    case 'checking':
      return awaitChecks(state, node, at)
    case 'resting':
      return plan(state, node, 'retry', node.deadline)
    case 'free':
    case 'done':
      return
  }
}

/** The baseline of a run is read immediately before; one of another time proves nothing. */
function readAgain(state: RunState, node: NodeState, at: Moment): void {
  node.stage = 'baseline'
  node.deadline = at + state.options.limits.drain
  plan(state, node, 'status', at)
}
