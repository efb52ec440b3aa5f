import type { Moment } from '../../ports/clock.js'
import type { RunState } from '../state.js'
import { conclude, halt, holdsSlot, outcome, plan } from './moves.js'
import { finish } from './releasing.js'

/** Nobody watches any more: what is not known is said to be unknown. */
export function onHardCancel(state: RunState, by: string, at: Moment): void {
  state.cancel = 'hard'
  halt(
    state,
    { kind: 'cancel', code: 'run-abandoned', reason: `abandoned by ${by}`, node: null },
    at,
  )
  for (const node of state.nodes) {
    const openLock = node.change !== null && node.change.change !== 'run'
    if (openLock) node.lock = 'unknown'
    if (node.stage === 'releasing') finish(state, node, node.lock)
    else if (node.outcome === null && (openLock || holdsSlot(node.stage))) {
      if (node.attempts === 0 && holdsSlot(node.stage)) {
        conclude(
          state,
          node,
          outcome('cancelled', 'run-abandoned', `abandoned by ${by} before its run`),
          at,
        )
      } else {
        const reason = `abandoned by ${by} while this was going on: ${node.stage}`
        conclude(state, node, node.pending ?? outcome('unknown', 'run-abandoned', reason), at)
      }
    }
    node.todo = null
    node.asking = null
  }
  state.releasing = 0
}

/** No change is sent any more; what runs is watched to its end (promises, S18). */
export function onStoreLost(state: RunState, message: string, at: Moment): void {
  if (state.storeLost) return
  state.storeLost = true
  const reason = `the journal cannot be written: ${message}`
  halt(state, { kind: 'store', code: 'store-lost', reason, node: null }, at)
  for (const node of state.nodes) {
    if (node.todo !== 'disable' && node.todo !== 'enable' && node.todo !== 'run') continue
    node.todo = null
    switch (node.stage) {
      case 'settling':
        node.stage = 'judging'
        if (node.pending !== null) conclude(state, node, node.pending, at)
        else plan(state, node, 'evidence', at)
        break
      case 'releasing':
        node.kept = reason
        finish(state, node, node.lock)
        break
      default:
        conclude(state, node, outcome('not reached', 'store-lost', reason), at)
    }
  }
}
