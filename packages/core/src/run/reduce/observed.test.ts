import { expect, it } from 'vitest'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import type { NodeState, RunState } from '../state.js'
import { reduce } from './reduce.js'

function held(stage: NodeState['stage']): { state: RunState; node: NodeState; at: number } {
  const state = createState(created(runPlan([['a']])))
  const node = state.nodes[0] as NodeState
  Object.assign(node, { stage, touched: true, lock: 'ours' })
  return { state, node, at: state.createdAt + 100_000 }
}

it('a status that was asked for before a change was answered takes nothing back', () => {
  const { state, node, at } = held('releasing')
  const change = { change: 'enable', purpose: 'release', nodes: [0] } as const
  reduce(state, { type: 'intent', id: 0, ...change, at })
  reduce(state, {
    type: 'answered',
    intent: 0,
    nodes: [{ node: 0, effect: 'done' }],
    at: at + 1_500,
  })
  expect(node).toMatchObject({ stage: 'done', lock: 'free' })
  const before = { enabled: false, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status: { ...before, message: state.lockText } }]
  reduce(state, { type: 'observed', askedAt: at - 250, nodes, at: at + 18_000 })
  expect(node).toMatchObject({ stage: 'done', lock: 'free' })
})

it('a node that is ours already is read, not disabled once more: nobody could tell that from its first time', () => {
  const { state, node, at } = held('free')
  reduce(state, { type: 'phase', phase: 'lock', nodes: [0], at })
  expect(node).toMatchObject({ stage: 'locking', todo: 'status' })
  const enabled = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  reduce(state, {
    type: 'observed',
    askedAt: at,
    nodes: [{ node: 0, status: enabled }],
    at: at + 1_500,
  })
  expect(node.outcome).toMatchObject({ result: 'refused', code: 'node-enabled-by-other' })
})

it('a store that is lost in the release leaves what the journal tells (R1)', () => {
  const { state, node, at } = held('releasing')
  Object.assign(node, { todo: 'enable' })
  reduce(state, { type: 'store-lost', message: 'no space left on device', at })
  expect(node).toMatchObject({ stage: 'releasing', todo: 'status' })
})

it('whoever goes on with the run may have a clock that is behind: what it is told from then on is news', () => {
  const { state, node, at } = held('draining')
  node.deadline = at + 600_000
  const status = { enabled: false, applying: true, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status: { ...status, message: state.lockText } }]
  reduce(state, { type: 'observed', askedAt: at, nodes, at: at + 1_500 })
  const behind = at - 20_000
  reduce(state, { type: 'resumed', by: 'another', at: behind })
  reduce(state, { type: 'asked', question: 'status', nodes: [0], at: behind })
  reduce(state, { type: 'observed', askedAt: behind, nodes, at: behind + 1_500 })
  expect(node).toMatchObject({ asking: null, todo: 'status' })
})

it('a node that was disabled by us, and is enabled when its run is over, is disabled once more', () => {
  const { state, node, at } = held('settling')
  Object.assign(node, { recorded: 1, todo: 'status' })
  const enabled = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const seen = [{ node: 0, status: enabled }]
  reduce(state, { type: 'observed', askedAt: at, nodes: seen, at: at + 1_500 })
  expect(node).toMatchObject({ stage: 'settling', todo: 'disable', purpose: 'settle' })
})

it.each(['locking', 'settling'] as const)(
  'what the node showed to be done already is read by a run that is gone on with, and not sent once more: %s',
  (stage) => {
    const { state, node, at } = held(stage)
    reduce(state, { type: 'resumed', by: 'another', at })
    expect(node).toMatchObject({ stage, change: null, todo: 'status' })
  },
)

it('nor is a node disabled anew whose lock the store forgot, and that did not answer', () => {
  const { state, node, at } = held('settling')
  const lost = [{ node: 0, found: 'disabled' }] as const
  reduce(state, { type: 'resumed', by: 'another', at, lost })
  expect(node).toMatchObject({ stage: 'settling', lock: 'unknown', change: null, todo: 'status' })
})

it('a node that somebody else enabled before its release is named, also where it said so long ago', () => {
  const { state, node, at } = held('releasing')
  const enabled = { enabled: true, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status: enabled }]
  reduce(state, { type: 'observed', askedAt: at, nodes, at: at + 25_000 })
  expect(node).toMatchObject({ stage: 'releasing', todo: 'status' })
  reduce(state, { type: 'observed', askedAt: at + 26_000, nodes, at: at + 27_000 })
  expect(node).toMatchObject({ stage: 'done', lock: 'free', raced: true })
})

it('when questions were asked and answered is kept: a clock that was set back hides between', () => {
  const { state, node, at } = held('baseline')
  const status = { enabled: false, applying: false, daemon: false, lastRun: 1, now: at / 1000 }
  const nodes = [{ node: 0, status: { ...status, message: state.lockText } }]
  reduce(state, { type: 'observed', askedAt: at, nodes, at: at + 1_500 })
  expect(node).toMatchObject({ baselineAskedAt: at, baselineAt: at + 1_500, lastAt: at + 1_500 })
  reduce(state, { type: 'resumed', by: 'another', at: at + 60_000 })
  expect(node.sameClock).toBe(false)
})
