import type { Rule } from './rule.js'
import type { Effect } from '../effects.js'
import type { LeftNode } from '../events.js'
import { endingOf } from '../ending.js'
import { readinessOutcome } from '../look/readiness.js'
import { isFailure, stopCode } from '../reduce/moves.js'
import { keepDisabled } from '../release-rule.js'
import type { NodeState, RunState } from '../state.js'
import { behind } from './behind.js'
import { following } from './groups.js'
import { skipped } from './skip-dependents.js'
import { toStream } from './stream.js'

/** After a refusal, a stop or the last group: a result for every node, who is enabled, who stays disabled, the end. */
export const wrapUp: Rule = (state) => {
  if (!isOver(state)) return []
  const left = leftOver(state)
  if (left.length > 0) return [{ do: 'record', event: { type: 'left', nodes: left } }]
  if (state.phase !== 'release') return beginRelease(state)
  if (state.releasing > 0) return []
  return [{ do: 'record', event: { type: 'ended', ...endingOf(state) } }]
}

/** Nothing will be started any more, and nothing is in flight. */
function isOver(state: RunState): boolean {
  if (state.phase === 'release' || state.refused !== null || state.cancel === 'hard') return true
  if (state.stop !== null) return state.slots === 0 && state.unlocked === 0
  // Nobody may be left to run although the budget lasts.
  const idle = state.phase === 'drain' ? state.undrained === 0 : state.unfinished === 0
  if (!idle || (state.phase !== 'drain' && state.phase !== 'run')) return false
  return following(state) === null && toStream(state).length === 0
}

/** Results of the nodes that have none: because of a failed producer, a cancel, or the stop as such. */
function leftOver(state: RunState): LeftNode[] {
  const rest = state.nodes.filter((node) => node.outcome === null)
  if (rest.length === 0) return []
  const { refused } = state
  if (refused !== null) return rest.map((node) => refusedNode(refused, node))
  const causes = failedProducers(state)
  const cancelled = state.stop?.kind === 'cancel'
  return rest.map((node) => {
    const because = causes.get(node.n)
    if (because !== undefined) return skipped(state, node.n, because)
    return {
      node: node.n,
      result: cancelled ? 'cancelled' : 'not reached',
      code: cancelled ? (state.stop?.code ?? 'run-cancelled') : stopCode(state),
      reason: stopReason(state),
    }
  })
}

function refusedNode(
  { code, reason }: NonNullable<RunState['refused']>,
  node: NodeState,
): LeftNode {
  const blocked = node.findings.some((finding) => finding.blocks)
  if (blocked && code === 'nodes-not-ready') {
    return { node: node.n, ...readinessOutcome(node, 'refused') }
  }
  return {
    node: node.n,
    result: code === 'run-declined' ? 'cancelled' : 'not reached',
    code,
    reason: `the run was refused: ${reason}`,
  }
}

function stopReason(state: RunState): string {
  const { stop } = state
  if (stop === null) return 'the run stopped'
  if (stop.node === null) return stop.reason
  return `the run stopped at ${state.plan.nodes[stop.node] ?? ''}: ${stop.reason}`
}

/** By node: the unproven producer, near or far, that it waits for. */
function failedProducers(state: RunState): Map<number, number> {
  const failed = state.nodes.filter(({ outcome }) => isFailure(outcome?.result))
  return behind(
    state,
    failed.map(({ n }) => n),
  )
}

function beginRelease(state: RunState): readonly Effect[] {
  const held = state.nodes.filter(
    ({ touched, stage, lock }) =>
      touched && lock !== 'free' && stage !== 'done' && stage !== 'releasing',
  )
  const record = (event: Extract<Effect, { do: 'record' }>['event']): Effect => ({
    do: 'record',
    event,
  })
  const nodes = held.map((node) => node.n)
  if (state.cancel === 'hard' || state.storeLost) {
    const why = state.abandoned ?? ''
    return [
      record({ type: 'phase', phase: 'release', nodes: [] }),
      record({ type: 'kept', nodes: held.map((node) => ({ node: node.n, why })) }),
    ]
  }
  const keep = keepDisabled(state)
  const kept = held.filter((node) => keep.has(node.n))
  const effects: Effect[] = [record({ type: 'phase', phase: 'release', nodes })]
  if (kept.length > 0) {
    effects.push(
      record({
        type: 'kept',
        nodes: kept.map((node) => ({ node: node.n, why: keep.get(node.n) ?? '' })),
      }),
    )
  }
  const released = held.filter((node) => !keep.has(node.n))
  if (released.length > 0)
    effects.push(record({ type: 'release', nodes: released.map((node) => node.n) }))
  return effects
}
