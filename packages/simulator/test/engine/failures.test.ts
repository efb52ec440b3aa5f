import { describe, expect, it } from 'vitest'
import {
  DEFAULT_FAILURES,
  resolveFailures,
  type EngineOptions,
  type FailurePolicy,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import type { Scenario } from '../../src/index.js'
import { simulate, started, violations, type Simulated } from './simulate.js'

/** Two applications of four, and a node that belongs to none: `a2`, `a3` wait for `a1`, `a4` for `a2`; `b` alike. */
const SITE = runPlan(
  [
    ['a1', 'b1', 'z'],
    ['a2', 'a3', 'b2', 'b3'],
    ['a4', 'b4'],
  ],
  ['a1>a2', 'a1>a3', 'a2>a4', 'b1>b2', 'b1>b3', 'b2>b4'],
  { 'App[a]': ['a1', 'a2', 'a3', 'a4'], 'App[b]': ['b1', 'b2', 'b3', 'b4'] },
)

async function run(
  bad: readonly string[],
  policy: Partial<FailurePolicy>,
  options: Partial<EngineOptions> = {},
): Promise<Simulated> {
  const failures = resolveFailures({ ...DEFAULT_FAILURES, ...policy }, SITE)
  const nodes = Object.fromEntries(bad.map((name) => [name, [{ fault: 'failed-resources' }]]))
  const simulated = await simulate({
    plan: SITE,
    scenario: { defaults: { changes: 1, run: 20 }, nodes },
    options: { ...options, failures },
  })
  expect(violations(simulated)).toEqual([])
  return simulated
}

const results = ({ report }: Simulated): Record<string, string> =>
  Object.fromEntries(Object.entries(report.nodes).map(([name, { result }]) => [name, result]))

describe('a failure within the budget', () => {
  it('costs what depends on it, by name, and nothing else', async () => {
    const simulated = await run(['a2'], { maxFailures: 1 })
    expect(results(simulated)).toMatchObject({ a2: 'failed', a4: 'skipped', b4: 'changed' })
    expect(simulated.report.nodes['a4']).toMatchObject({
      because: 'a2',
      code: 'producer-not-proven',
    })
    expect(simulated.report).toMatchObject({
      result: 'failed',
      exit: 7,
      counts: { changed: 7, failed: 1, skipped: 1 },
      policy: { max_failures: 1, spent: [] },
    })
  })

  it('goes on without a limit when dependents are to be skipped', async () => {
    const simulated = await run(['a2', 'b1', 'z'], {
      maxFailures: null,
      onFailure: 'skip-dependents',
    })
    expect(results(simulated)).toMatchObject({
      a1: 'changed',
      a3: 'changed',
      a4: 'skipped',
      b2: 'skipped',
      b4: 'skipped',
    })
    expect(simulated.report.nodes['b4']?.because).toBe('b1')
  })

  it('leaves batches their borders', async () => {
    const simulated = await run(['a1'], { maxFailures: 1 }, { batch: 2 })
    const batches = simulated.events.flatMap((event) =>
      event.type === 'phase' && event.phase === 'run'
        ? [event.nodes.map((n) => SITE.nodes[n])]
        : [],
    )
    // Of the second group a2 and a3, its first batch, are left out.
    expect(batches).toEqual([['a1', 'b1'], ['z'], ['b2', 'b3'], ['b4']])
  })
})

describe('a budget that is spent', () => {
  it('stops the run, with the arithmetic as reason; what runs is watched to its end', async () => {
    const simulated = await run(['a1', 'b1'], { maxFailures: '15%' }, { width: 2 })
    // 15 % of 9 is 1.
    const spent = { of: null, failed: 2, nodes: 9, budget: 1, asked: '15%' }
    expect(simulated.events).toContainEqual(expect.objectContaining({ type: 'budget', ...spent }))
    expect(simulated.report).toMatchObject({
      reason: '2 of 9 nodes not proven, budget 1 (15%)',
      policy: { spent: [spent] },
      exit: 7,
    })
    expect(results(simulated)).toMatchObject({ a2: 'skipped', b2: 'skipped' })
    expect(started(simulated.log)).not.toContain('a2')
  })

  it('says the arithmetic also where none may fail, and gives the reason of the node', async () => {
    const { events, report } = await run(['a1'], {})
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'budget', failed: 1, nodes: 9, budget: 0 }),
    )
    expect(report.reason).toMatch(/failed/)
  })

  it('of an application ends that application and what depends on it, and no other', async () => {
    const simulated = await run(['a3'], { scope: 'application' }, { width: 1 })
    expect(results(simulated)).toEqual({
      a1: 'changed',
      a2: 'changed',
      a3: 'failed',
      a4: 'not reached',
      b1: 'changed',
      b2: 'changed',
      b3: 'changed',
      b4: 'changed',
      z: 'changed',
    })
    expect(simulated.report).toMatchObject({
      reason: 'App[a]: 1 of 4 nodes not proven, budget 0',
      exit: 7,
    })
    expect(simulated.report.nodes['a4']).toMatchObject({ code: 'budget-spent' })
    expect(Object.keys(simulated.report.left_disabled).sort()).toEqual(['a1', 'a2', 'a3', 'a4'])
  })

  it('of nodes of no application is one of their own', async () => {
    const simulated = await run(['z'], { scope: 'application' })
    expect(simulated.report).toMatchObject({
      reason: 'nodes of no application: 1 of 1 node not proven, budget 0',
      counts: { changed: 8, failed: 1 },
    })
  })

  it('of a group is counted in that group', async () => {
    const apart = await run(['z', 'a3'], { scope: 'group', maxFailures: 1 })
    expect(apart.report.policy.spent).toEqual([])
    const together = await run(['a2', 'a3'], { scope: 'group', maxFailures: 1 })
    expect(together.report.reason).toBe('group 2: 2 of 4 nodes not proven, budget 1')
  })
})

describe('what counts', () => {
  it('is every node that is not proven by its own doing', async () => {
    const simulated = await simulate({
      plan: SITE,
      scenario: {
        defaults: { changes: 1, run: 20 },
        nodes: {
          a1: [{ fault: 'silent', after: 60 }],
          b1: [{ fault: 'hangs' }],
          z: [{ fault: 'disabled', message: 'hands off', on: 'disabled', delay: 1 }],
        },
      },
      options: { failures: resolveFailures({ ...DEFAULT_FAILURES, maxFailures: 3 }, SITE) },
    })
    expect(violations(simulated)).toEqual([])
    expect(results(simulated)).toMatchObject({ a1: 'unknown', b1: 'unknown' })
    expect(simulated.report).toMatchObject({ result: 'failed', exit: 7, policy: { spent: [] } })
  })
})

describe('--retries', () => {
  const flaky = (faults: object[]): object => ({
    defaults: { changes: 1, run: 20 },
    nodes: { a1: faults },
  })
  const retrying = async (
    scenario: object,
    policy: Partial<FailurePolicy> = {},
    more: object = {},
  ): Promise<Simulated> => {
    const failures = resolveFailures({ ...DEFAULT_FAILURES, retries: 1, ...policy }, SITE)
    const simulated = await simulate({ plan: SITE, scenario, options: { failures }, ...more })
    expect(violations(simulated)).toEqual([])
    return simulated
  }

  it('a run that failed is made again after the pause, and counts when it fails no more', async () => {
    const simulated = await retrying(flaky([{ fault: 'failed-resources', attempt: 1 }]))
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(simulated.report.nodes['a1']).toMatchObject({ result: 'changed', attempts: 2 })
    const [first, second] = simulated.log.filter(
      (entry) => entry.what === 'spawned' && entry.node === 'a1',
    )
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(50_000)
  })

  it('waits until a run that was still loading has found the node disabled, whoever ran meanwhile', async () => {
    const slow = { fault: 'slow-start', seconds: 31 }
    const others = { fault: 'foreign-run', on: 'requested', delay: 3, seconds: 5 }
    const { log } = await retrying(flaky([slow, { ...others, ending: 'failed-resources' }]), {
      retryPause: 5_000,
    })
    const of = log.filter((entry) => 'node' in entry && entry.node === 'a1' && 'run' in entry)
    expect(of.map((entry) => entry.what)).toEqual([
      ...['spawned', 'spawned', 'started', 'summary', 'ended', 'vanished'],
      ...['spawned', 'started', 'summary', 'ended'],
    ])
  })

  it('holds no slot in its pause', async () => {
    const failures = resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause: 600_000 }, SITE)
    const simulated = await simulate({
      plan: SITE,
      scenario: flaky([{ fault: 'failed-resources', attempt: 1 }]),
      options: { failures, width: 1 },
    })
    expect(violations(simulated)).toEqual([])
    expect(started(simulated.log).slice(0, 4)).toEqual(['a1', 'b1', 'z', 'a1'])
  })

  it('counts once it has no try left, with the reason of the last', async () => {
    const simulated = await retrying(flaky([{ fault: 'failed-resources' }]))
    expect(simulated.report.nodes['a1']).toMatchObject({ result: 'failed', attempts: 2 })
    expect(simulated.report.policy.spent).toMatchObject([{ failed: 1, budget: 0 }])
  })

  it('never makes a run again of which it is not known whether it goes on', async () => {
    const simulated = await retrying(flaky([{ fault: 'hangs' }]), { retries: 3 })
    expect(simulated.report.nodes['a1']).toMatchObject({ result: 'unknown', attempts: 1 })
  })

  it('is over when the run is stopped: then the node failed', async () => {
    const simulated = await retrying(
      flaky([{ fault: 'failed-resources' }]),
      { retryPause: 900_000 },
      { interrupt: { soft: 120 } },
    )
    expect(simulated.report.nodes['a1']).toMatchObject({ result: 'failed', attempts: 1 })
    expect(simulated.report).toMatchObject({ result: 'failed' })
  })
})

describe('a node whose application fails too often while it holds a slot', () => {
  const plan = runPlan([['p1', 'p2'], ['c']], ['p2>c'], {
    'App[a]': ['p1', 'p2'],
    'App[b]': ['c'],
  })
  const scenario: Scenario = {
    defaults: { changes: 1, run: 20 },
    nodes: {
      p1: [{ fault: 'failed-resources' }],
      // Enabled, but busy with somebody else's run until long after the other has failed.
      p2: [{ fault: 'foreign-run', on: 'enabled', seconds: 400 }],
    },
  }

  it.each(['groups', 'stream'] as const)(
    'is not run, and nor is what depends on it in another application: order %s',
    async (order) => {
      const failures = resolveFailures({ ...DEFAULT_FAILURES, scope: 'application' }, plan)
      const simulated = await simulate({ plan, scenario, options: { order, failures } })
      expect(violations(simulated)).toEqual([])
      expect(simulated.report.nodes).toMatchObject({
        p1: { result: 'failed' },
        p2: { result: 'not reached', code: 'budget-spent' },
        c: { result: 'skipped', because: 'p2' },
      })
    },
  )
})
