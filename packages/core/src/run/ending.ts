import { isProven } from './reduce/moves.js'
import type { LockState, RunEnding, RunReport, RunResult } from './report-types.js'
import type { NodeState, RunState } from './state.js'

/** How a run ended: what its last event carries, and the report says. */
export function endingOf(state: RunState): RunEnding {
  const result = resultOf(state)
  return { result, exit: exitOf(state, result) }
}

function resultOf(state: RunState): RunEnding['result'] {
  if (state.refused !== null) return 'refused'
  // A failure outranks a cancel, also one that the budget allowed.
  const failed = state.failures.counts.some((count) => count > 0)
  switch (failed ? 'failure' : state.stop?.kind) {
    case 'failure':
    case 'store':
      return 'failed'
    case 'cancel':
      return 'cancelled'
    default:
  }
  const proven = state.nodes.every((node) => isProven(node.outcome?.result))
  if (proven && !state.nodes.some(isLeftDisabled)) return 'succeeded'
  return 'incomplete'
}

/** The table of docs/exit-codes.md. */
export function exitOf(state: RunState, result: RunResult): RunReport['exit'] {
  if (state.nodes.some(isLeftDisabled)) return 7
  if (result === 'succeeded') return 0
  return state.nodes.some((node) => node.touched) ? 5 : 3
}

/** We disabled it, and it is not known to be enabled. */
export function isLeftDisabled(node: NodeState): boolean {
  return node.touched && lockOf(node) !== 'released'
}

/** Who holds the node's lock, as far as the run knows. */
export function lockOf(node: NodeState): LockState {
  switch (node.lock) {
    case 'ours':
    case 'foreign':
      return node.lock
    case 'free':
      // Not touched, so it is as the earlier run left it.
      if (node.adopted && !node.touched) return 'foreign'
      if (node.readiness === 'disabled' || node.readiness === 'ours') return 'foreign'
      return node.touched || hasReadLock(node) ? 'released' : 'unknown'
    case 'maybe':
    case 'unknown':
      return 'unknown'
  }
}

/** Whether the look saw that the node is enabled. */
function hasReadLock({ readiness, last }: NodeState): boolean {
  if (readiness === 'refused') return last !== null
  return readiness !== null && readiness !== 'no-answer' && readiness !== 'not-connected'
}
