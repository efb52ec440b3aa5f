import type { Moment } from '../../ports/clock.js'
import type { RunEvent } from '../events.js'
import type { RunState } from '../state.js'
import { conclude, halt, holdsSlot, outcome, plan } from './moves.js'
import { attemptsOfTry } from './retry.js'
import { isUnanswered } from './open-change.js'
import { finish } from './releasing.js'

/** Nobody watches any more: what is not known is said to be unknown. */
export function onHardCancel(state: RunState, by: string, at: Moment): void {
  abandon(state, 'cancel', 'run-abandoned', `abandoned by ${by}`, at)
}

/** Somebody else acts for the run now: this process does nothing more to any node, and asks none (promises, S17). */
export function onLeaseLost(state: RunState, message: string, at: Moment): void {
  if (state.cancel === 'hard') return
  state.storeLost = true
  abandon(state, 'store', 'lease-lost', message, at)
}

function abandon(
  state: RunState,
  kind: 'cancel' | 'store',
  code: 'run-abandoned' | 'lease-lost',
  why: string,
  at: Moment,
): void {
  state.cancel = 'hard'
  state.abandoned ??= why
  halt(state, { kind, code, reason: why, node: null }, at)
  for (const node of state.nodes) {
    const openLock = node.change !== null && node.change.change !== 'run'
    if (openLock) node.lock = 'unknown'
    node.leftOpen = isUnanswered(node)
    if (node.stage === 'releasing') {
      node.kept ??= why
      finish(state, node, node.lock)
    } else if (node.outcome === null && (openLock || holdsSlot(node.stage))) {
      if (attemptsOfTry(node) === 0 && holdsSlot(node.stage)) {
        conclude(state, node, outcome('cancelled', code, `${why} before its run`), at)
      } else {
        const reason = `${why} while this was going on: ${node.stage}`
        conclude(state, node, node.pending ?? outcome('unknown', code, reason), at)
      }
    }
    node.todo = null
    node.asking = null
  }
  state.releasing = 0
}

/** No change is sent any more; what runs is watched to its end (promises, S18). */
export function onStoreLost(
  state: RunState,
  { message, hindered, at }: Extract<RunEvent, { type: 'store-lost' }>,
): void {
  if (state.storeLost) return
  state.storeLost = true
  const what =
    hindered === true ? 'nothing could be sent any more' : 'the journal cannot be written'
  const reason = `${what}: ${message}`
  state.abandoned ??= reason
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
      case 'running':
      case 'releasing':
        // What a witness told, and a status after which a node is to be enabled, are not in the journal: the next status
        // decides, so that whoever reads the journal comes to the same end (R1).
        plan(state, node, 'status', at)
        break
      default:
        conclude(state, node, outcome('not reached', 'store-lost', reason), at)
    }
  }
}
