import { expect, it } from 'vitest'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import { DEFAULT_FAILURES } from '../policy/failure-policy.js'
import { enableCommand, reportOf } from '../report.js'
import type { NodeState } from '../state.js'
import { reduce } from './reduce.js'

/** A run that stops has no use for slots. */
const GOES_ON = { ...DEFAULT_FAILURES, maxFailures: 1, budgets: [1] }

it.each([
  ['idle', false, 0],
  ['applying', true, 1],
])('a node that may have been run and is %s holds a slot or none', (_, applying, stuck) => {
  const state = createState(created(runPlan([['a', 'b']]), { width: 2, failures: GOES_ON }))
  state.proved = true
  const at = state.createdAt + 300_000
  // It did not answer to the process before.
  Object.assign(state.nodes[0] as NodeState, {
    stage: 'held',
    touched: true,
    silentSince: at - 60_000,
  })
  const status = { enabled: true, applying, daemon: false, lastRun: 1, now: at / 1000 }
  const lost = [{ node: 0, found: 'maybe-ran', status }] as const
  reduce(state, { type: 'resumed', at, by: 'another', lost })
  expect(state.nodes[0]?.outcome).toMatchObject({ result: 'unknown', code: 'record-lost' })
  expect(state.stuck).toBe(stuck)
})

it('one that may have been run counts as a canary of its group: it is not proven, so the run stops', () => {
  const options = { width: 2, failures: GOES_ON, canary: 1, order: 'stream' } as const
  const state = createState(created(runPlan([['a', 'b']]), options))
  state.proved = true
  const at = state.createdAt + 300_000
  Object.assign(state.nodes[0] as NodeState, { stage: 'held', touched: true })
  const lost = [{ node: 0, found: 'silent' }] as const
  reduce(state, { type: 'resumed', at, by: 'another', lost })
  expect(state.canaries).toMatchObject({ chosen: [1], open: [1] })
  expect(state.stop?.reason).toMatch(/^a canary is not proven/)
})

it('one that carries the message of the run that is taken over is freed by the command of that run (S5)', () => {
  const adopts = '20261121T111547-first1'
  const state = createState({ ...created(runPlan([['a', 'b']]), { width: 1 }), adopts })
  const at = state.createdAt + 300_000
  const message = `choirmaster run=${adopts} by=choria=test.mcollective at=2026-11-21T11:15:47Z`
  const status = {
    ...{ enabled: false, message, applying: false, daemon: false },
    ...{ lastRun: 1, now: at / 1000 },
  }
  const lost = [{ node: 0, found: 'disabled', status }] as const
  reduce(state, { type: 'resumed', at, by: 'another', lost })
  expect(reportOf(state).left_disabled).toMatchObject({
    a: { lock: 'ours', command: enableCommand(adopts) },
  })
})

it('one that may be tried again already is not said to be ours, unless it carries our message (S5)', () => {
  const state = createState(
    created(runPlan([['a', 'b']]), { failures: { ...GOES_ON, retries: 1 } }),
  )
  const at = state.createdAt + 300_000
  const judging = { stage: 'judging', touched: true, lock: 'ours' } as const
  for (const node of state.nodes) Object.assign(node, judging)
  const status = { applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const message = state.lockText
  const lost = [
    { node: 0, found: 'maybe-retried', status: { ...status, enabled: true } },
    { node: 1, found: 'maybe-retried', status: { ...status, enabled: false, message } },
  ] as const
  reduce(state, { type: 'resumed', at, by: 'another', lost })
  expect(state.nodes.map(({ lock, todo }) => [lock, todo])).toEqual([
    ['unknown', 'status'],
    ['ours', 'status'],
  ])
})
