import { expect, it } from 'vitest'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import type { RunEvent } from '../events.js'
import { DEFAULT_FAILURES } from '../policy/failure-policy.js'
import { reduce } from '../reduce/reduce.js'
import type { NodeState, RunState } from '../state.js'
import { foldObserved } from './fold-heard.js'

const failures = { ...DEFAULT_FAILURES, budgets: null }

/** Its end is seen and it was idle; only its record did not fit yet. */
function judging(): RunState {
  const state = createState(created(runPlan([['a', 'b']]), { width: 1, failures }))
  Object.assign(state, { phase: 'run', proved: true, slots: 1 })
  const last = { enabled: true, applying: false, daemon: false, lastRun: 100, now: 200 }
  const node: Partial<NodeState> = { stage: 'judging', touched: true, attempts: 1, last }
  Object.assign(state.nodes[0] as NodeState, node)
  return state
}

it('who reads the journal knows of a node that applies again, as the run does (R1)', () => {
  const [run, reader] = [judging(), judging()]
  const last = run.nodes[0]?.last as NonNullable<NodeState['last']>
  const seen = { node: 0, status: { ...last, applying: true, now: 205 } }
  const observed = { type: 'observed', at: 206_000, askedAt: 205_000, nodes: [seen] } as const
  const kept = foldObserved(run, observed, (event) => reduce(run, event))
  if (kept.length > 0) reduce(reader, { ...observed, nodes: kept })
  const verdict = { result: 'unknown', code: 'x', reason: 'y', warnings: [], evidence: {} } as const
  const judged: RunEvent = { type: 'judged', at: 207_000, node: 0, attempt: 1, verdict }
  for (const state of [run, reader]) reduce(state, judged)
  expect(reader.stop).toEqual(run.stop)
})
