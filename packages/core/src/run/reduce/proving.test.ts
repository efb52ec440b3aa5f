import { expect, it } from 'vitest'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import { changeAnswer } from '../driver/inbox.js'
import type { NodeState } from '../state.js'
import { reduce } from './reduce.js'

it('that a stranger enabled the first node proves nothing: a run that is gone on with disables it and tries', () => {
  const state = createState(created(runPlan([['a', 'b']])))
  const at = state.createdAt + 300_000
  Object.assign(state, { phase: 'proof', proofNode: 0, unlocked: 1, undrained: 1 })
  // Our message was read back; nothing was sent since.
  const first = state.nodes[0] as NodeState
  Object.assign(first, { stage: 'proving', touched: true, lock: 'ours' })
  reduce(state, { type: 'resumed', at, by: 'another' })
  const status = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status }]
  reduce(state, { type: 'observed', at: at + 2_000, askedAt: at, nodes })
  expect(state.proved).toBe(false)
  expect(first).toMatchObject({ stage: 'locking', todo: 'disable', purpose: 'lock' })
})

it('nor does it where our own request was not answered: it is tried again, a few times', () => {
  const state = createState(created(runPlan([['a', 'b']])))
  let at = state.createdAt + 10_000
  Object.assign(state, { phase: 'proof', proofNode: 0, unlocked: 1, undrained: 1 })
  const first = state.nodes[0] as NodeState
  const status = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const silent = { node: 0, effect: 'maybe', code: 'node-no-reply', silent: true } as const
  for (const [trial, stage] of [...['locking', 'locking'], 'over'].entries()) {
    Object.assign(first, { stage: 'proving', touched: true, lock: 'ours', todo: null })
    const intent = { change: 'enable', purpose: 'proof', nodes: [0] } as const
    reduce(state, { type: 'intent', id: trial, ...intent, at })
    reduce(state, { type: 'answered', intent: trial, nodes: [silent], at: (at += 22_000) })
    const seen = [{ node: 0, status }]
    reduce(state, { type: 'observed', askedAt: at, nodes: seen, at: (at += 2_000) })
    expect(state.proved).toBe(false)
    if (stage === 'locking') expect(first).toMatchObject({ stage, todo: 'disable' })
  }
  expect(first.outcome).toMatchObject({ result: 'refused', code: 'node-no-reply' })
})

it('nor where our own request never left, as the broker was away', () => {
  const state = createState(created(runPlan([['a', 'b']])))
  const at = state.createdAt + 10_000
  Object.assign(state, { phase: 'proof', proofNode: 0, unlocked: 1, undrained: 1 })
  const first = state.nodes[0] as NodeState
  Object.assign(first, { stage: 'proving', touched: true, lock: 'ours', todo: null })
  const problem = { code: 'node-not-sent', message: 'never sent', silence: 'not-sent' } as const
  const answer = changeAnswer(0, { node: 'a', ok: false, effect: 'none', problem })
  reduce(state, { type: 'intent', id: 0, change: 'enable', purpose: 'proof', nodes: [0], at })
  reduce(state, { type: 'answered', intent: 0, nodes: [answer], at: at + 5_000 })
  const status = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status }]
  reduce(state, { type: 'observed', askedAt: at + 6_000, nodes, at: at + 7_000 })
  expect(state.proved).toBe(false)
  expect(first).toMatchObject({ stage: 'locking', todo: 'disable' })
})
