import { describe, expect, it } from 'vitest'
import type { Attempt, NodeStatus } from '../providers/agent.js'
import { created, runPlan } from '../testing/index.js'
import { createState } from './create-state.js'
import { lostChanges } from './lost-changes.js'
import type { NodeState, RunState } from './state.js'

const AT = 1_795_312_800_000
const idle = (more: Partial<NodeStatus> = {}): NodeStatus => ({
  enabled: true,
  applying: false,
  daemon: false,
  lastRun: 100,
  now: AT / 1000 + 200,
  ...more,
})
const attempt = (lastRun: number): Attempt => ({
  ...{ number: 1, before: idle({ lastRun }), requestedAt: 120 },
  ...{ acknowledged: true, seenApplying: true, lostFor: 0, options: { noop: false } },
})

/** One node in a state of the journal, and how it is found 200 s after the run was created. */
function found(node: Partial<NodeState>, status: NodeStatus | undefined): string | undefined {
  const state: RunState = createState({ ...created(runPlan([['a']])), at: AT })
  Object.assign(state.nodes[0] as NodeState, node)
  const seen = new Map(status === undefined ? [] : [[0, status] as const])
  return lostChanges(state, seen, AT + 200_000)[0]?.found
}

const state = createState({ ...created(runPlan([['a']])), at: AT })
const ours = { enabled: false, message: state.lockText }
const held = { stage: 'held', touched: true, lock: 'ours', last: idle(ours) } as const

describe('what a node shows that no record tells of', () => {
  it.each<[string, Partial<NodeState>, NodeStatus | undefined, string | undefined]>([
    ['held as it was', held, idle(ours), undefined],
    ['held, and a run was recorded since', held, idle({ ...ours, lastRun: 150 }), 'maybe-ran'],
    ['held, and it applies', held, idle({ ...ours, applying: true }), 'maybe-ran'],
    ['held, and it is enabled', held, idle(), 'maybe-ran'],
    ['held, and it says nothing', held, undefined, 'silent'],
    ['to be judged, and it says nothing', { ...held, stage: 'judging' }, undefined, 'disabled'],
    ['to be judged, and it is enabled', { ...held, stage: 'judging' }, idle(), 'released'],
    ['to be judged, as it was', { ...held, stage: 'judging' }, idle(ours), undefined],
    ['never touched, and free', {}, idle(), undefined],
    [
      'never touched, and disabled by others',
      {},
      idle({ enabled: false, message: 'x' }),
      undefined,
    ],
    ['never touched, with our message', {}, idle(ours), 'disabled'],
    [
      'never touched, with our message and a run',
      {},
      idle({ ...ours, lastRun: AT / 1000 + 100 }),
      'maybe-ran',
    ],
    [
      'run requested, and disabled again',
      { stage: 'running', touched: true, lock: 'free' },
      idle(ours),
      'disabled',
    ],
    [
      'busy when it was disabled, and still',
      { ...held, stage: 'draining', last: idle({ ...ours, applying: true }) },
      idle({ ...ours, applying: true }),
      undefined,
    ],
    [
      'busy when it was disabled, and a run was recorded since: that one, or ours',
      { ...held, stage: 'draining', last: idle({ ...ours, applying: true }) },
      idle({ ...ours, lastRun: 150 }),
      'maybe-ran',
    ],
    [
      'enabled for its run, of which there is no record',
      { ...held, stage: 'requesting', lock: 'free' },
      idle({ lastRun: 150 }),
      'maybe-ran',
    ],
    [
      'tried again, with the record of the try that failed',
      { ...held, stage: 'resting', attempt: attempt(100), last: idle({ ...ours, lastRun: 150 }) },
      idle({ ...ours, lastRun: 150 }),
      undefined,
    ],
    [
      'tried again, and run since',
      { ...held, attempt: attempt(100), last: idle({ ...ours, lastRun: 150 }) },
      idle({ ...ours, lastRun: 180 }),
      'maybe-ran',
    ],
    [
      'enabled for its run, which never started and is to be requested again',
      { ...held, stage: 'baseline', lock: 'free', attempt: attempt(100), last: idle() },
      idle(),
      undefined,
    ],
  ])('%s', (_, node, status, expected) => {
    expect(found(node, status)).toBe(expected)
  })
})

describe('a node that was taken over and never touched', () => {
  const adopts = '20261121T111547-first1'
  const earlier = {
    enabled: false,
    message: `choirmaster run=${adopts} by=choria=test.mcollective at=2026-11-21T11:15:47Z`,
  }
  const of = (...seen: readonly NodeStatus[]): unknown => {
    const names = seen.map((_, n) => `n${n}`)
    const adopting = createState({ ...created(runPlan([names]), { width: 1 }), at: AT, adopts })
    for (const node of adopting.nodes) Object.assign(node, { adopted: true, last: idle(earlier) })
    const statuses = new Map(seen.map((status, n) => [n, status] as const))
    return lostChanges(adopting, statuses, AT + 200_000).map(({ found }) => found)
  }

  it('is as the look found it while it carries the earlier message, whatever ran meanwhile', () => {
    expect(of(idle(earlier), idle({ ...earlier, lastRun: 150 }))).toEqual([])
  })

  it('is no sign that the journal lost its end', () => {
    const free = idle({ lastRun: AT / 1000 + 100 })
    expect(of(idle(earlier), free, free)).toEqual([])
  })

  it('was touched where it carries our own', () => {
    expect(of(idle(earlier), idle(ours))).toEqual(['disabled'])
  })
})

describe('a node that was never touched, and was run by anybody since the run began', () => {
  const ran = idle({ lastRun: AT / 1000 + 100 })
  const of = (others: readonly NodeStatus[], width: number): unknown => {
    const names = ['a', ...others.map((_, i) => `b${i}`)]
    const several = createState({ ...created(runPlan([names]), { width }), at: AT })
    const seen = new Map([ran, ...others].map((status, n) => [n, status] as const))
    for (const node of several.nodes.slice(1)) {
      if (seen.get(node.n)?.enabled === false) Object.assign(node, held)
    }
    return lostChanges(several, seen, AT + 200_000)
  }

  it('is none of ours where more are enabled than may run at once: not all had been disabled', () => {
    expect(of([idle(ours), idle()], 1)).toEqual([])
  })

  it('may have been disabled, enabled and run by us where all others are disabled', () => {
    expect(of([idle(ours), idle(ours)], 1)).toEqual([{ node: 0, found: 'maybe-ran', status: ran }])
    expect(of([], 1)).toMatchObject([{ found: 'maybe-ran' }])
  })
})
