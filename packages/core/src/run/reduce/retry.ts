import type { Moment } from '../../ports/clock.js'
import { DEFAULT_FAILURES } from '../policy/failure-policy.js'
import type { NodeState, Outcome, RunState } from '../state.js'
import type { RunCode } from '../codes.js'
import { mayStart } from './budget.js'
import { conclude, leave, plan } from './moves.js'
import { offer } from './offer.js'
import { startBy } from './start-by.js'

/** Failures of the engine's own that a further try may mend; each was seen to its end. */
const MENDABLE: ReadonlySet<string> = new Set<RunCode>(['run-died', 'run-never-started'])

/**
 * A try of the node is over. One that failed is made again after a pause, if the policy has tries left; else this is
 * the node's result.
 */
export function endTry(state: RunState, node: NodeState, ended: Outcome, at: Moment): void {
  if (!mayRetry(state, node, ended)) return conclude(state, node, ended, at)
  const { retryPause } = state.options.failures ?? DEFAULT_FAILURES
  leave(state, node.stage)
  node.stage = 'resting'
  node.pending = null
  node.failed = ended
  node.change = null
  // The run that failed may be somebody else's that began while ours was still loading: that one ends only because it
  // finds the node disabled, so it is not enabled before (promises, S8).
  node.deadline = Math.max(at + retryPause, startBy(state, node))
  plan(state, node, 'retry', node.deadline)
}

/**
 * Only where it is known that no run goes on (promises, S8): the node was disabled again by us and read idle, and what
 * failed is the run itself. What is unknown, was refused or cannot be verified is not tried again.
 */
function mayRetry(state: RunState, node: NodeState, ended: Outcome): boolean {
  const { retries } = state.options.failures ?? DEFAULT_FAILURES
  if (node.retries >= retries || node.lock !== 'ours' || !mayStart(state, node)) return false
  if (ended.result !== 'failed' || node.last?.applying !== false) return false
  // By then it is judged: the verdict is of a run that is over.
  if (node.stage === 'judging') return true
  return node.stage === 'settling' && MENDABLE.has(ended.code)
}

/** The pause is over: the node waits for a slot again, and is read anew before its run is requested. */
export function onRetry(state: RunState, node: NodeState): void {
  node.stage = 'held'
  node.todo = null
  node.retries++
  node.attemptsBefore = node.attempts
  node.refusals = 0
  node.undecided = 0
  node.recorded = null
  node.endedAt = null
  offer(state, node.n)
}

/** Requests of the present try that may have had an effect. */
export function attemptsOfTry(node: NodeState): number {
  return node.attempts - node.attemptsBefore
}
