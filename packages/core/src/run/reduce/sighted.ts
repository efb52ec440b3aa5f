import type { Moment } from '../../ports/clock.js'
import { askRequested, soon } from '../asking/when.js'
import type { Signal } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { plan } from './moves.js'

/** A witness was told that the node's run has ended: it is asked at once, and believed of itself alone. */
export function onSighted(state: RunState, node: NodeState, at: Moment): void {
  if (node.stage !== 'running') return
  node.sighted = true
  if (node.todo === 'status' && node.todoAt > soon(at)) plan(state, node, 'status', soon(at))
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
