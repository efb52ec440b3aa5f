import { type CallProblem, type NodeAgent, type NodeStatus, runOfLockText } from '@choirmaster/core'
import { whole } from '../site-plan.js'

/** What a node says of itself, problems first: the order in which nodes are listed. */
export const STATES = ['no-answer', 'error', 'ours', 'disabled', 'applying', 'enabled'] as const
export type NodeStateName = (typeof STATES)[number]

/** One node: what its own messages say. */
export interface NodeSummary {
  readonly node: string
  /** `ours`: disabled by a run of choirmaster. `disabled`: by somebody else. */
  readonly state: NodeStateName
  readonly status?: NodeStatus
  /** The run whose disable message the node has. */
  readonly run?: string
  readonly problem?: CallProblem
}

/** Asks the nodes. Sorted: problems first, then by name. */
export async function nodeStates(
  agent: NodeAgent,
  nodes: readonly string[],
): Promise<readonly NodeSummary[]> {
  const summaries: NodeSummary[] = []
  for await (const outcome of agent.status(nodes, whole)) {
    const { node } = outcome
    if (outcome.ok) summaries.push(summaryOf(node, outcome.value))
    else {
      const { problem } = outcome
      summaries.push({ node, state: problem.silence ? 'no-answer' : 'error', problem })
    }
  }
  const rank = ({ state }: NodeSummary): number => STATES.indexOf(state)
  return summaries.sort((a, b) => rank(a) - rank(b) || (a.node < b.node ? -1 : 1))
}

function summaryOf(node: string, status: NodeStatus): NodeSummary {
  if (status.enabled) return { node, state: status.applying ? 'applying' : 'enabled', status }
  const run = runOfLockText(status.message)
  return run === undefined
    ? { node, state: 'disabled', status }
    : { node, state: 'ours', status, run }
}
