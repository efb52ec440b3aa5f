import { describe, expect, it } from 'vitest'
import type { NodeAgent } from '../../providers/agent.js'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import type { ChangeAnswer, RunEvent } from '../events.js'
import { DEFAULT_FAILURES } from '../policy/failure-policy.js'
import { reduce } from '../reduce/reduce.js'
import type { NodeState, RunState } from '../state.js'
import { eventsOf, foldObserved } from './fold-heard.js'

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

describe('who reads the journal knows when a run left of which nobody knows whether it was begun (S8)', () => {
  /** Not asked about answers to changes. */
  const agent = {} as NodeAgent
  const before = { enabled: true, applying: false, daemon: false, lastRun: 100, now: 200 }
  const intended = { type: 'intent', id: 0, change: 'run', purpose: 'start', nodes: [0] } as const
  const left = { heard: 'signal', signal: { type: 'sent', at: 4_700, intent: 0 } } as const
  const answered = (effect: ChangeAnswer['effect']) =>
    ({ heard: 'answer', intent: 0, answer: { node: 0, effect, code: 'x' } }) as const

  /** A run that was decided on at 0, when the node's clock was at 200 s. */
  function requesting(): RunState {
    const state = createState(created(runPlan([['a']])))
    Object.assign(state, { phase: 'run', proved: true })
    reduce(state, { ...intended, at: 0, before: [before] })
    return state
  }

  it.each(['with the answer', 'before it'])('heard %s', (when) => {
    const [run, reader] = [requesting(), requesting()]
    reduce(run, left.signal)
    const heard = when === 'before it' ? [answered('maybe')] : [left, answered('maybe')]
    const journal = eventsOf(heard, run, agent, 9_000).filter(({ type }) => type === 'answered')
    expect(journal).toMatchObject([{ sent: 4_700 }])
    for (const event of journal) for (const state of [run, reader]) reduce(state, event)
    expect(reader.nodes[0]?.attempt?.requestedAt).toBe(204.7)
    expect(reader.nodes[0]?.attempt).toEqual(run.nodes[0]?.attempt)
  })

  it('not where the node told it', () => {
    const journal = eventsOf([left, answered('done')], requesting(), agent, 9_000)
    expect(journal.at(-1)).not.toHaveProperty('sent')
  })
})
