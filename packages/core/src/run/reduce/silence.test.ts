import { expect, it } from 'vitest'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import { DEFAULT_FAILURES } from '../policy/failure-policy.js'
import type { NodeState } from '../state.js'
import { outcome } from './moves.js'
import { reduce } from './reduce.js'

const died = outcome('failed', 'run-died', 'the run ended without recording anything')

/** A run that goes on after one failure; the node was being disabled after its run, and answers nothing any more. */
it.each([
  ['its run was given up for silence', null, false, 'node-silent', 1],
  ['its run was seen dead before', died, false, 'run-died', 0],
  ['something was applying when it last spoke', died, true, 'run-died', 1],
] as const)('a slot that may be held: %s', (_, pending, applying, code, stuck) => {
  const failures = { ...DEFAULT_FAILURES, maxFailures: 1, budgets: [1] }
  const state = createState(created(runPlan([['a', 'b']]), { width: 2, failures }))
  state.proved = true
  state.slots = 1
  const node = state.nodes[0] as NodeState
  const last = { enabled: true, applying, daemon: false, lastRun: 1, now: state.createdAt / 1000 }
  Object.assign(node, { stage: 'settling', touched: true, attempts: 1, pending, last })
  const { silence } = state.options.limits
  for (const askedAt of [state.createdAt, state.createdAt + silence]) {
    const silent = { question: 'status', message: 'no reply', nodes: [0] } as const
    reduce(state, { type: 'silent', ...silent, askedAt, at: askedAt + 22_000 })
  }
  expect(node.outcome).toMatchObject({ code })
  expect(state.stuck).toBe(stuck)
})
