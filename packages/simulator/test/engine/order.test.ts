import { describe, expect, it } from 'vitest'
import { runPlan } from '@choirmaster/core/testing'
import type { EngineOptions } from '@choirmaster/core'
import { crashing } from '../resume/crashing.js'
import { started, simulate, violations, type Simulated } from './simulate.js'

/** Two chains that have nothing to do with each other, and a node alone. */
const CHAINS = runPlan([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']], ['a1>a2', 'a2>a3', 'b1>b2'], {
  'App[a]': ['a1', 'a2', 'a3'],
  'App[b]': ['b1', 'b2'],
  'App[c]': ['c1'],
})
const HOUR_LONG = [{ fault: 'run-time', seconds: 3000 }] as const

async function run(
  options: Partial<EngineOptions>,
  nodes: NonNullable<Parameters<typeof simulate>[0]['scenario']>['nodes'] = {},
  plan = CHAINS,
): Promise<Simulated> {
  const scenario = { defaults: { run: 20, changes: 1 }, nodes }
  const simulated = await simulate({ plan, scenario, options })
  expect(violations(simulated)).toEqual([])
  return simulated
}

/** Seconds from the start of a run to its end on a node, by the report. */
function ended({ events, plan }: Simulated, name: string): number {
  const judged = events.find((event) => event.type === 'judged' && plan.nodes[event.node] === name)
  return ((judged?.at ?? Infinity) - (events[0]?.at ?? 0)) / 1000
}

describe('--order stream', () => {
  it('one slow node never stops a plan: only what depends on it waits', async () => {
    const simulated = await run({ order: 'stream' }, { b1: HOUR_LONG })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(ended(simulated, 'a3')).toBeLessThan(300)
    expect(ended(simulated, 'b2')).toBeGreaterThan(3000)
  })

  it('nor does one that is busy when it is disabled', async () => {
    const busy = [{ fault: 'foreign-run', seconds: 2000 }] as const
    const simulated = await run({ order: 'stream' }, { b1: busy })
    expect(simulated.report.result).toBe('succeeded')
    expect(ended(simulated, 'a3')).toBeLessThan(300)
    expect(ended(simulated, 'b1')).toBeGreaterThan(2000)
  })

  it('in the order groups both do: that is what groups are', async () => {
    const simulated = await run({ order: 'groups' }, { b1: HOUR_LONG })
    expect(ended(simulated, 'a2')).toBeGreaterThan(3000)
  })

  it('starts the longest path first, then the lower number', async () => {
    const plan = runPlan([['a', 'b', 'c'], ['d'], ['e']], ['c>d', 'd>e'])
    const simulated = await run({ order: 'stream', width: 1 }, {}, plan)
    // `a` was disabled before the others, to see that it can be enabled, so that it is idle before them.
    // `c` holds no slot while it passes its gate, which `d` waits for.
    expect(started(simulated.log)).toEqual(['a', 'c', 'b', 'd', 'e'])
  })

  it('where past runs tell how long nodes take, the longest path in seconds, of a resumed run too', async () => {
    const plan = runPlan([['a', 'b', 'c', 'd'], ['e']], ['b>e'])
    const past = { runs: 4, spread: [20], nodes: [20, 20, 30, 100, null] }
    const scenario = { defaults: { run: 20, changes: 1 } }
    const simulation = { plan, scenario, past, options: { order: 'stream', width: 1 } as const }
    let crashes = 0
    const crash = crashing({ where: 'after the append', at: 12 }, () => void crashes++)
    for (const engine of [undefined, crash]) {
      const simulated = await simulate({ ...simulation, ...(engine && { engine }) })
      expect(violations(simulated)).toEqual([])
      expect(simulated.events[0]).toMatchObject({ past })
      // `a` is idle before the others; the path that begins with `b` takes 40 s.
      expect(started(simulated.log)).toEqual(['a', 'd', 'b', 'c', 'e'])
    }
    expect(crashes).toBe(1)
  })

  it('a failed node stops what has not begun, and only its dependents are skipped', async () => {
    const failing = [{ fault: 'failed-resources' }] as const
    const { report } = await run({ order: 'stream', width: 2 }, { a1: failing })
    expect(report.nodes).toMatchObject({
      a1: { result: 'failed' },
      a2: { result: 'skipped', because: 'a1' },
      a3: { result: 'skipped', because: 'a1' },
      b1: { result: 'changed' },
      b2: { result: 'not reached' },
    })
  })
})

const WIDE = runPlan(
  [
    ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'],
    ['b1', 'b2', 'b3'],
  ],
  ['a1>b1', 'a2>b2', 'a3>b3'],
)

/** Names of what took its slots together, in turn. */
function waves({ events, plan }: Simulated): string[] {
  return events.flatMap((event) =>
    event.type === 'started' ? [event.nodes.map((n) => plan.nodes[n]).join(' ')] : [],
  )
}

describe('--canary', () => {
  it('runs the first nodes of each group alone, in the order groups', async () => {
    const simulated = await run({ canary: 2 }, {}, WIDE)
    expect(waves(simulated)).toEqual(['a1 a2', 'a3 a4 a5 a6', 'b1 b2', 'b3'])
  })

  it('in the order stream too, without holding up other groups', async () => {
    const slow = { a4: HOUR_LONG }
    const simulated = await run({ order: 'stream', canary: 1 }, slow, WIDE)
    expect(waves(simulated)[0]).toBe('a1')
    expect(waves(simulated)[1]).toContain('b1')
    expect(ended(simulated, 'b3')).toBeLessThan(400)
  })

  it.each(['groups', 'stream'] as const)(
    'a canary that fails is the last to run: %s',
    async (order) => {
      const failing = { a1: [{ fault: 'failed-resources' }] } as const
      const simulated = await run({ order, canary: 1 }, failing, WIDE)
      expect(started(simulated.log)).toEqual(['a1'])
      expect(simulated.report).toMatchObject({ result: 'failed' })
    },
  )
})

describe('--batch', () => {
  it('a ramp: each batch is awaited whole, the last size repeats, the width holds too', async () => {
    const simulated = await run({ batch: [[1, 3], [2]], width: 2 }, { a4: HOUR_LONG }, WIDE)
    const phases = simulated.events.flatMap((event) =>
      event.type === 'phase' && event.phase === 'run' ? [event.nodes.length] : [],
    )
    expect(phases).toEqual([1, 3, 2, 2, 1])
    expect(ended(simulated, 'a3')).toBeLessThan(3000)
    expect(ended(simulated, 'a5')).toBeGreaterThan(3000)
  })
})
