import type { Verdict } from '../../providers/agent.js'
import type { Moment } from '../../ports/clock.js'
import type { NodeState, Outcome, RunState } from '../state.js'
import { MOST_ATTEMPTS } from './attempt.js'
import { mayStart } from './budget.js'
import { enterGate } from './gate.js'
import { attemptsOfTry, endTry } from './retry.js'
import { soon } from '../asking/when.js'
import { startBy } from './start-by.js'
import { conclude, plan, toldOutcome } from './moves.js'

/** Evidence that does not fit the status is read again so often, this far apart: a report may be in flight. */
const MOST_UNDECIDED = 5
const READ_AGAIN_MS = 3_000

const WAIVED = 'unverified: accepted although nothing proves that a fresh catalog was applied'

/** The agent judged the evidence of a node's run. */
export function onVerdict(state: RunState, node: NodeState, verdict: Verdict, at: Moment): void {
  if (node.stage !== 'judging') return
  node.asking = null
  node.silentSince = null
  const told = (result: Outcome['result']): Outcome =>
    toldOutcome(result, verdict.code, verdict.reason, {
      evidence: verdict.evidence,
      warnings: verdict.warnings,
    })
  const ended = (result: Outcome['result']): void => conclude(state, node, told(result), at)
  switch (verdict.result) {
    case 'again':
      node.undecided++
      if (node.undecided >= MOST_UNDECIDED) return ended('unknown')
      return plan(state, node, 'status', soon(at + READ_AGAIN_MS))
    case 'foreign':
      if (attemptsOfTry(node) < MOST_ATTEMPTS && mayStart(state, node) && node.lock === 'ours') {
        // Puppet may still be loading for our request: it ends only because it finds the node disabled.
        const from = Math.max(at, startBy(state, node))
        node.stage = 'baseline'
        node.deadline = from + state.options.limits.drain
        return plan(state, node, 'status', from)
      }
      return ended('unknown')
    case 'unverified':
      if (!state.options.acceptUnverified) return ended('failed')
      return enterGate(
        state,
        node,
        toldOutcome(
          verdict.evidence['changed'] === 0 ? 'unchanged' : 'changed',
          verdict.code,
          verdict.reason,
          // The report names each node for which proof was waived (promises, R2).
          { evidence: verdict.evidence, warnings: [...verdict.warnings, WAIVED] },
        ),
        at,
      )
    case 'failed':
      return endTry(state, node, told('failed'), at)
    case 'changed':
    case 'unchanged':
      return enterGate(state, node, told(verdict.result), at)
    default:
      return ended(verdict.result)
  }
}
