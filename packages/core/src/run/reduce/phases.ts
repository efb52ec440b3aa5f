import type { RunEvent } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import { plan, planChange } from './moves.js'
import { beginOffer, chooseCanary } from './offer.js'

type PhaseEvent = Extract<RunEvent, { type: 'phase' }>

/** A phase begins: its nodes get what is due first. */
export function onPhase(state: RunState, event: PhaseEvent): void {
  state.phase = event.phase
  switch (event.phase) {
    case 'proof':
      state.proofNode = event.nodes[0] ?? -1
      return beginLocking(state, event)
    case 'lock':
      return beginLocking(state, event)
    case 'run':
      state.group = event.group ?? 0
      state.batch = event.batch ?? 0
      return beginOffer(state, event.nodes)
    case 'drain':
    case 'release':
      return
  }
}

function beginLocking(state: RunState, event: PhaseEvent): void {
  for (const n of event.nodes) {
    const node = state.nodes[n] as NodeState
    // A resumed run found it disabled by us: a request that changes nothing would only be open for H (promises, S16).
    if (node.lock === 'ours') plan(state, node, 'status', event.at)
    else if (!planChange(state, node, 'disable', 'lock', event.at)) continue
    node.stage = 'locking'
    state.unlocked++
    state.undrained++
  }
}

/** A node of the current batch takes a slot. */
export function takeSlot(state: RunState, node: NodeState, at: number): void {
  node.stage = 'baseline'
  node.startedAt ??= at
  node.deadline = at + state.options.limits.drain
  state.slots++
  chooseCanary(state, node)
  plan(state, node, 'status', at)
}
