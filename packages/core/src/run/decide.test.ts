import { describe, expect, it } from 'vitest'
import { created, runPlan } from '../testing/index.js'
import { createState } from './create-state.js'
import { decide } from './decide.js'
import type { Decision, Effect } from './effects.js'
import type { EngineOptions } from './options.js'
import type { LookedNode, Readiness, RunEvent } from './events.js'
import { reduce } from './reduce/reduce.js'
import { reportOf } from './report.js'
import type { RunPlan } from './run-plan.js'
import type { RunState } from './state.js'

const CHAIN = runPlan([['a'], ['b'], ['c']], ['a>b', 'b>c'], { 'App[x]': ['a', 'b', 'c'] })

function start(plan: RunPlan, options: Partial<EngineOptions> = {}): RunState {
  return createState(created(plan, options))
}

function looked(state: RunState, readiness: Readonly<Record<string, Readiness>> = {}): void {
  const nodes = state.plan.nodes.map((name, node): LookedNode => ({
    node,
    readiness: readiness[name] ?? 'ready',
    findings: [],
  }))
  reduce(state, { type: 'looked', at: 1, nodes })
}

/** Folds what decide records until it wants something done; returns the recorded events and that. */
function settle(state: RunState, now = 1): { recorded: Decision[]; wanted: readonly Effect[] } {
  const recorded: Decision[] = []
  for (;;) {
    const effects = decide(state, now)
    const records = effects.filter((effect) => effect.do === 'record')
    if (records.length === 0) return { recorded, wanted: effects }
    for (const { event } of records) {
      recorded.push(event)
      reduce(state, { ...event, at: now } as RunEvent)
    }
  }
}

describe('the look', () => {
  it('asks to go on when every node is ready, busy or failing', () => {
    const state = start(CHAIN)
    looked(state, { b: 'busy', c: 'failing' })
    expect(settle(state)).toEqual({ recorded: [{ type: 'ready' }], wanted: [{ do: 'confirm' }] })
  })

  it.each(['disabled', 'ours', 'not-connected', 'no-answer', 'not-provable', 'refused'] as const)(
    'refuses when a node is %s, and touches nothing',
    (readiness) => {
      const state = start(CHAIN)
      looked(state, { b: readiness })
      const { recorded } = settle(state)
      const report = reportOf(state)
      expect(report).toMatchObject({ result: 'refused', exit: 3, left_disabled: {} })
      // No budget decided that.
      expect(report.policy.spent).toEqual([])
      expect(recorded.at(-1)).toEqual({ type: 'ended', result: 'refused', exit: 3 })
      expect(state.nodes.some((node) => node.touched)).toBe(false)
    },
  )

  it('drops what is not ready and all that depends on it, by name, when told to skip', () => {
    const state = start(CHAIN, { unready: 'skip' })
    looked(state, { b: 'no-answer' })
    settle(state)
    const { nodes } = reportOf(state)
    expect(nodes).toMatchObject({
      b: { result: 'skipped', because: null },
      c: { result: 'skipped', because: 'b', reason: 'depends on b, which is not ready' },
    })
    expect(state.phase).toBe('confirm')
  })

  it('refuses when nothing is left to run', () => {
    const state = start(CHAIN, { unready: 'skip' })
    looked(state, { a: 'disabled' })
    settle(state)
    expect(state.refused?.code).toBe('nothing-to-do')
  })

  it('takes nodes that cannot be proven where unverified runs are accepted', () => {
    const state = start(CHAIN, { acceptUnverified: true })
    looked(state, { b: 'not-provable' })
    expect(settle(state).wanted).toEqual([{ do: 'confirm' }])
  })
})

describe('the question', () => {
  it('ends the run with nothing touched when it is answered with no', () => {
    const state = start(CHAIN)
    looked(state)
    settle(state)
    reduce(state, { type: 'declined', at: 2 })
    expect(settle(state, 3).wanted).toEqual([])
    expect(reportOf(state)).toMatchObject({ result: 'refused', exit: 3, counts: { cancelled: 3 } })
  })
})

describe('locking', () => {
  it('disables one idle node first, and no other before enable was seen to work on it', () => {
    const state = start(CHAIN)
    looked(state, { a: 'busy' })
    settle(state)
    reduce(state, { type: 'confirmed', at: 2, by: 'flag' })
    const { recorded } = settle(state, 2)
    expect(recorded).toEqual([{ type: 'phase', phase: 'proof', nodes: [1] }])
    expect(settle(state, 300).wanted).toEqual([
      { do: 'change', change: 'disable', purpose: 'lock', nodes: [1] },
    ])
  })

  it('the answer to an older question is no answer to a change that is still to be sent', () => {
    const state = start(CHAIN)
    looked(state)
    settle(state)
    reduce(state, { type: 'confirmed', at: 2, by: 'flag' })
    settle(state, 2)
    const intent = { type: 'intent', change: 'disable', purpose: 'lock', nodes: [0] } as const
    reduce(state, { ...intent, at: 300, id: 0 })
    reduce(state, { type: 'answered', at: 400, intent: 0, nodes: [{ node: 0, effect: 'done' }] })
    const { lockText: message } = state
    const status = { enabled: false, message, applying: false, daemon: false, lastRun: 0, now: 1 }
    for (const askedAt of [600, 500]) {
      reduce(state, { type: 'observed', at: 700, askedAt, nodes: [{ node: 0, status }] })
    }
    expect(settle(state, 750).wanted).toEqual([
      { do: 'change', change: 'enable', purpose: 'proof', nodes: [0] },
    ])
  })

  it('a stop before the first change touches nothing', () => {
    const state = start(CHAIN)
    looked(state)
    settle(state)
    reduce(state, { type: 'cancel', at: 2, level: 'soft', by: 'SIGINT' })
    settle(state, 3)
    expect(reportOf(state)).toMatchObject({
      result: 'cancelled',
      exit: 3,
      counts: { cancelled: 3 },
    })
  })
})
