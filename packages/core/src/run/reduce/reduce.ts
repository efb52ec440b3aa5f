import type { Signal } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { withhold } from './attempt.js'
import { onAnswered, onIntent, onSent } from './changes.js'
import { onVerdict } from './judged.js'
import { conclude, halt, toldOutcome } from './moves.js'
import { onStatus } from './observed.js'
import { onPhase, takeSlot } from './phases.js'
import { onChecked } from './gate.js'
import { onUntil } from './until.js'
import { onRetry } from './retry.js'
import { onResumed } from './resumed.js'
import { beginRelease } from './releasing.js'
import { onSighted, onWitness } from './sighted.js'
import { onSilence } from './silence.js'
import { onHardCancel, onLeaseLost, onStoreLost } from './giving-up.js'

/** The node of a number; events hold numbers of the plan's nodes only. */
function nodeOf(state: RunState, n: number): NodeState {
  const node = state.nodes[n]
  if (node === undefined) throw new RangeError(`No node ${n} in a plan of ${state.nodes.length}`)
  return node
}

/**
 * Folds one event into the state. Deterministic: the same events give the same state. It changes the state, which
 * it owns: a copy of 10,000 nodes for each event would make a run quadratic.
 */
export function reduce(state: RunState, event: Signal): void {
  switch (event.type) {
    case 'created':
      return
    case 'resumed':
      return onResumed(state, event)
    case 'looked':
      for (const looked of event.nodes) {
        const node = nodeOf(state, looked.node)
        if (node.readiness === null) state.unlooked--
        node.readiness = looked.readiness
        node.findings = looked.findings
        node.last = looked.status ?? null
        node.adopted = looked.adopted ?? false
      }
      return
    case 'ready':
      state.phase = 'confirm'
      return
    case 'refused':
      state.refused = { code: event.code, reason: event.reason }
      return
    case 'declined':
      state.refused = { code: 'run-declined', reason: 'not confirmed' }
      return
    case 'confirmed':
      state.phase = 'proof'
      return
    case 'phase':
      return onPhase(state, event)
    case 'started':
      for (const n of event.nodes) takeSlot(state, nodeOf(state, n), event.at)
      return
    case 'retry':
      for (const n of event.nodes) onRetry(state, nodeOf(state, n))
      return
    case 'withheld':
      for (const n of event.nodes) withhold(state, nodeOf(state, n), event.at)
      return
    case 'asked':
      for (const n of event.nodes) {
        const node = nodeOf(state, n)
        node.asking = event.question
        node.todo = null
      }
      return
    case 'sighted':
      for (const n of event.nodes) onSighted(state, nodeOf(state, n), event.at)
      return
    case 'witness':
      return onWitness(state, event)
    case 'intent':
      return onIntent(state, event)
    case 'sent':
      return onSent(state, event)
    case 'answered':
      return onAnswered(state, event)
    case 'observed':
      for (const seen of event.nodes) {
        onStatus(
          state,
          nodeOf(state, seen.node),
          seen.status,
          seen.progress,
          event.askedAt,
          event.at,
        )
      }
      return
    case 'silent':
      for (const n of event.nodes) onSilence(state, nodeOf(state, n), event)
      return
    case 'judged':
      return onVerdict(state, nodeOf(state, event.node), event.verdict, event.at)
    case 'checked':
      for (const checked of event.nodes)
        onChecked(state, nodeOf(state, checked.node), checked, event.at)
      return
    case 'until':
      return onUntil(state, event.at)
    case 'left':
      for (const left of event.nodes) {
        const node = nodeOf(state, left.node)
        if (node.outcome !== null) continue
        // What the look left out is no part of the run: its applications are complete without it.
        if (state.phase === 'look') {
          for (const a of state.index.applicationsOf[left.node] ?? []) {
            state.index.open[a] = (state.index.open[a] ?? 0) - 1
          }
        }
        conclude(
          state,
          node,
          toldOutcome(left.result, left.code, left.reason, { because: left.because ?? null }),
          event.at,
        )
      }
      if (state.phase !== 'look') state.failures.unproven = []
      return
    case 'budget':
      state.failures.told++
      return
    case 'release':
      for (const n of event.nodes) beginRelease(state, nodeOf(state, n), event.at)
      state.complete = []
      return
    case 'kept':
      for (const kept of event.nodes) nodeOf(state, kept.node).kept ??= kept.why
      return
    case 'cancel':
      if (event.level === 'hard') return onHardCancel(state, event.by, event.at)
      state.cancel = 'soft'
      return halt(
        state,
        { kind: 'cancel', code: 'run-cancelled', reason: `cancelled by ${event.by}`, node: null },
        event.at,
      )
    case 'store-lost':
      return onStoreLost(state, event)
    case 'notice':
      return
    case 'lease-lost':
      return onLeaseLost(state, event.message, event.at)
    case 'ended':
      state.phase = 'ended'
      state.endedAt = event.at
      return
  }
}
