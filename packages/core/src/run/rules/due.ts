import type { Rule } from './rule.js'
import type { Effect } from '../effects.js'
import type { Change, Purpose } from '../events.js'
import { mayStart } from '../reduce/budget.js'
import { isCurrent } from '../reduce/moves.js'
import { nextUntil } from './until.js'
import type { NodeState, RunState } from '../state.js'

/** 256 KiB of node numbers: what one intent may hold, so that a journal record stays below a broker's message limit. */
const MOST_NODES = 30_000

/** Questions and changes whose time has come: one request for all nodes that want the same. */
export const due: Rule = (state, now) => {
  const nodes = state.due.take(now, isCurrent(state)).map((n) => state.nodes[n] as NodeState)
  const status: number[] = []
  const evidence: number[] = []
  const changes = new Map<string, { change: Change; purpose: Purpose; nodes: NodeState[] }>()
  const withheld: number[] = []
  const retries: number[] = []
  const checks: number[] = []
  for (const node of nodes) {
    if (
      ((node.purpose === 'start' && (node.todo === 'enable' || node.todo === 'run')) ||
        node.todo === 'retry') &&
      !mayStart(state, node)
    ) {
      // Nothing new starts after a stop, nor in an application that has failed too often (promises, S7).
      withheld.push(node.n)
    } else if (node.todo === 'retry') retries.push(node.n)
    else if (node.todo === 'check') checks.push(node.n)
    else if (node.todo === 'status') status.push(node.n)
    else if (node.todo === 'evidence') evidence.push(node.n)
    else if (node.todo !== null) {
      const key = `${node.todo} ${node.purpose}`
      const same = changes.get(key) ?? { change: node.todo, purpose: node.purpose, nodes: [] }
      same.nodes.push(node)
      changes.set(key, same)
    }
  }
  const effects: Effect[] = []
  if (withheld.length > 0)
    effects.push({ do: 'record', event: { type: 'withheld', nodes: withheld } })
  if (retries.length > 0) effects.push({ do: 'record', event: { type: 'retry', nodes: retries } })
  for (const { change, purpose, nodes } of changes.values()) {
    for (let from = 0; from < nodes.length; from += MOST_NODES) {
      effects.push(changeOf(change, purpose, nodes.slice(from, from + MOST_NODES)))
    }
  }
  if (status.length > 0) effects.push({ do: 'ask', question: 'status', nodes: status })
  if (checks.length > 0) effects.push({ do: 'check', nodes: checks })
  if (evidence.length > 0) effects.push({ do: 'ask', question: 'evidence', nodes: evidence })
  return effects
}

function changeOf(change: Change, purpose: Purpose, nodes: readonly NodeState[]): Effect {
  const numbers = nodes.map((node) => node.n)
  if (change !== 'run') return { do: 'change', change, purpose, nodes: numbers }
  return {
    do: 'change',
    change,
    purpose,
    nodes: numbers,
    attempts: nodes.map((node) => node.attempt?.number ?? 1),
  }
}

/** When something is due next; Infinity: only an answer can bring the run on. */
export function nextDue(state: RunState): number {
  return Math.min(state.due.next(isCurrent(state)), nextUntil(state))
}
