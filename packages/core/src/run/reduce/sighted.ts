import type { Moment } from '../../ports/clock.js'
import { askRequested, soon } from '../asking/when.js'
import type { Signal } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { plan, planChange } from './moves.js'

/**
 * A witness was told that the node's run has ended. That it has is believed of the node alone, but the node need not be
 * asked before it is disabled again: it is asked after that anyway, and says then whether its run is over.
 */
export function onSighted(state: RunState, node: NodeState, at: Moment): void {
  if (node.stage !== 'running') return
  node.sighted = true
  if (node.todo !== 'status') return
  // Only where nothing of ours is open: a run whose request was not answered may not have begun.
  if (node.attempt?.acknowledged === true && node.lock === 'free') {
    if (planChange(state, node, 'disable', 'settle', at)) return
  }
  if (node.todoAt > soon(at)) plan(state, node, 'status', soon(at))
}

/** While the witness does not answer, nodes in flight are asked as often as if there were none. */
export function onWitness(state: RunState, event: Extract<Signal, { type: 'witness' }>): void {
  state.witnessAnswers = event.answers
  if (event.answers) return
  const next = askRequested(state.options.limits, event.at, false)
  for (const node of state.nodes) {
    if (node.stage !== 'running' || node.todo !== 'status' || node.todoAt <= next) continue
    plan(state, node, 'status', next)
  }
}
