import { describe, expect, it } from 'vitest'
import type { Attempt, NodeStatus, Progress } from '../../providers/agent.js'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import type { RunEvent, Signal } from '../events.js'
import { DEFAULT_OPTIONS } from '../options.js'
import type { NodeState, RunState } from '../state.js'
import { reduce } from './reduce.js'

const AT = 1_795_312_800_000
const LIMIT = DEFAULT_OPTIONS.limits.run
const SIGHTED: Signal = { type: 'sighted', at: AT + 60_000, nodes: [0] }

/** One node whose run was acknowledged at `AT`. */
function running(): RunState {
  const state = createState({ ...created(runPlan([['a']])), at: AT - 60_000 })
  const attempt: Attempt = {
    ...{ number: 1, before: status({ enabled: true }), requestedAt: AT / 1000 },
    ...{ acknowledged: true, seenApplying: false, lostFor: 0, options: state.options.run },
  }
  const node: Partial<NodeState> = {
    ...{ stage: 'running', touched: true, lock: 'free', attempt, attempts: 1 },
    ...{ requestedAt: AT, deadline: AT + LIMIT, todo: 'status', todoAt: AT + 90_000 },
    ...{ baselineAskedAt: AT - 1_500, baselineAt: AT, sameClock: true },
  }
  Object.assign(state.nodes[0] as NodeState, node)
  return Object.assign(state, { proved: true, slots: 1, phase: 'run' as const })
}

const status = (more: Partial<NodeStatus>): NodeStatus => ({
  ...{ enabled: false, applying: false, daemon: false, lastRun: 100, now: AT / 1000 },
  ...more,
})

/** The node is disabled on the word of a witness, and says itself how its run fares. */
function disabledAgain(state: RunState, at: number, progress: Progress): readonly RunEvent[] {
  const now = Math.floor((at + 2_000) / 1_000)
  const { lockText: message } = state
  return [
    { type: 'intent', at, id: 7, change: 'disable', purpose: 'settle', nodes: [0] },
    { type: 'answered', at: at + 1_000, intent: 7, nodes: [{ node: 0, effect: 'done' }] },
    {
      ...{ type: 'observed', at: at + 2_500, askedAt: at + 1_500 },
      nodes: [
        { node: 0, status: status({ message, now, applying: progress === 'running' }), progress },
      ],
    },
  ]
}

function after(signals: readonly Signal[]): NodeState {
  const state = running()
  for (const signal of signals) reduce(state, signal)
  return state.nodes[0] as NodeState
}

describe('a node that was disabled again on the word of a witness, which was wrong', () => {
  it('is watched no longer than its run may take', () => {
    const told = disabledAgain(running(), AT + 60_250, 'running')
    expect(after([SIGHTED, ...told])).toMatchObject({ stage: 'running', deadline: AT + LIMIT })
  })

  it('has not failed, though it could not be disabled: its run goes on', () => {
    const at = AT + 60_250
    const denied = { node: 0, effect: 'none', code: 'node-denied', message: 'denied' } as const
    const node = after([
      SIGHTED,
      { type: 'intent', at, id: 7, change: 'disable', purpose: 'settle', nodes: [0] },
      { type: 'answered', at: at + 1_000, intent: 7, nodes: [denied] },
      {
        ...{ type: 'observed', at: at + 2_500, askedAt: at + 1_500 },
        nodes: [
          { node: 0, status: status({ enabled: true, applying: true }), progress: 'running' },
        ],
      },
    ])
    expect(node).toMatchObject({ stage: 'running', pending: null, lock: 'free' })
  })

  it('is the same for who reads the journal, which does not hold what witnesses say', () => {
    const told = disabledAgain(running(), AT + 200_000, 'not-started')
    const live = after([SIGHTED, ...told])
    expect(live.stage).toBe('baseline')
    // These two tell when to ask and what to send, and nothing is to be sent.
    expect(after(told)).toEqual({ ...live, sighted: false, purpose: 'lock' })
  })
})
