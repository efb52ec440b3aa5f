import { executeRun } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { runPlan } from '@choirmaster/core/testing'
import {
  entries,
  simulate,
  started,
  violations,
  type Simulated,
  type Simulation,
} from './simulate.js'

/** Three applications: `a2` waits for `a1`, `b1` of another for `a2`; `c1` stands alone, `c2` waits for it. */
const SITE = runPlan([['a1', 'c1'], ['a2', 'c2'], ['b1']], ['a1>a2', 'a2>b1', 'c1>c2'], {
  'App[a]': ['a1', 'a2'],
  'App[b]': ['b1'],
  'App[c]': ['c1', 'c2'],
})

const brief = ({ report }: Simulated): Record<string, string> =>
  Object.fromEntries(
    Object.entries(report.nodes).map(([name, { result, lock }]) => [name, `${result} ${lock}`]),
  )

describe('--keep-disabled, when a2 fails while c2 is still running', () => {
  /** Long enough for a2 to fail first. */
  const nodes = {
    a2: [{ fault: 'failed-resources' }],
    c2: [{ fault: 'run-time', seconds: 120 }],
  }

  it.each([
    ['application', { a1: 'ours', a2: 'ours', b1: 'ours', c1: 'released', c2: 'released' }, 7],
    // Nodes of a complete application are enabled before the rule is asked.
    ['all', { a1: 'ours', a2: 'ours', b1: 'ours', c1: 'released', c2: 'released' }, 7],
    ['failed', { a1: 'released', a2: 'ours', b1: 'released', c1: 'released', c2: 'released' }, 7],
    ['none', { a1: 'released', a2: 'released', b1: 'released', c1: 'released', c2: 'released' }, 5],
  ] as const)('%s', async (keepDisabled, locks, exit) => {
    const simulated = await simulate({
      plan: SITE,
      scenario: { defaults: { changes: 1, run: 20 }, nodes },
      options: { keepDisabled },
    })
    expect(brief(simulated)).toEqual({
      a1: `changed ${locks.a1}`,
      a2: `failed ${locks.a2}`,
      b1: `skipped ${locks.b1}`,
      c1: `changed ${locks.c1}`,
      c2: `changed ${locks.c2}`,
    })
    expect(simulated.report).toMatchObject({ result: 'failed', exit })
    expect(violations(simulated)).toEqual([])
  })

  it('all keeps what is still held, also of other applications', async () => {
    const simulated = await simulate({
      plan: SITE,
      scenario: {
        defaults: { changes: 1, run: 20 },
        nodes: { a1: [{ fault: 'failed-resources' }] },
      },
      options: { keepDisabled: 'all', width: 1 },
    })
    expect(brief(simulated)).toEqual({
      a1: 'failed ours',
      a2: 'skipped ours',
      b1: 'skipped ours',
      c1: 'not reached ours',
      c2: 'not reached ours',
    })
    expect(violations(simulated)).toEqual([])
  })
})

describe('--unready', () => {
  const nodes = { a1: [{ fault: 'disabled', message: 'kernel upgrade' }] }

  it('refuse: nothing is touched', async () => {
    const simulated = await simulate({ plan: SITE, scenario: { nodes } })
    expect(simulated.report).toMatchObject({ result: 'refused', exit: 3 })
    expect(entries(simulated.log, 'disabled').map(({ by }) => by)).toEqual(['operator'])
    expect(violations(simulated)).toEqual([])
  })

  it('skip: the node and what depends on it are left out by name, the rest is run', async () => {
    const simulated = await simulate({
      plan: SITE,
      scenario: { defaults: { changes: 1 }, nodes },
      options: { unready: 'skip' },
    })
    expect(brief(simulated)).toEqual({
      a1: 'skipped foreign',
      a2: 'skipped released',
      b1: 'skipped released',
      c1: 'changed released',
      c2: 'changed released',
    })
    expect(simulated.report.nodes['b1']).toMatchObject({
      because: 'a1',
      code: 'producer-not-ready',
    })
    expect(simulated.report).toMatchObject({ result: 'incomplete', exit: 5, left_disabled: {} })
    expect([...started(simulated.log)].sort()).toEqual(['c1', 'c2'])
    const touched = entries(simulated.log, 'disabled').filter(({ by }) => by !== 'operator')
    expect(new Set(touched.map(({ node }) => node))).toEqual(new Set(['c1', 'c2']))
    expect(violations(simulated)).toEqual([])
  })

  it('skip: when nobody is left there is nothing to do', async () => {
    const all = { '*': [{ fault: 'disabled' }] }
    const simulated = await simulate({
      plan: SITE,
      scenario: { nodes: all },
      options: { unready: 'skip' },
    })
    expect(simulated.report).toMatchObject({ result: 'refused', exit: 3 })
    expect(violations(simulated)).toEqual([])
  })
})

describe('--unready, for what the source of the graph has against a node', () => {
  const findings = new Map(
    ['a1', 'elsewhere'].map((name) => [
      name,
      { code: 'puppetdb-no-report', message: 'no report within 24 h', blocks: true },
    ]),
  )
  const engine: Simulation['engine'] = (input) => executeRun({ ...input, findings })

  it('refuse: nothing is touched, and the node is named', async () => {
    const simulated = await simulate({ plan: SITE, engine })
    expect(simulated.report).toMatchObject({
      result: 'refused',
      exit: 3,
      nodes: { a1: { code: 'puppetdb-no-report', reason: 'no report within 24 h' } },
    })
    expect(entries(simulated.log, 'disabled')).toEqual([])
    expect(violations(simulated)).toEqual([])
  })

  it('skip: the node and what depends on it are left out', async () => {
    const simulated = await simulate({ plan: SITE, engine, options: { unready: 'skip' } })
    expect(simulated.report).toMatchObject({ result: 'incomplete', exit: 5, left_disabled: {} })
    expect([...started(simulated.log)].sort()).toEqual(['c1', 'c2'])
    expect(violations(simulated)).toEqual([])
  })
})

describe('--accept-unverified', () => {
  it.each(['unreadable-logs', 'no-reports'])('%s: not accepted without it', async (fault) => {
    const simulated = await simulate({ plan: SITE, scenario: { nodes: { c2: [{ fault }] } } })
    expect(['refused', 'failed']).toContain(simulated.report.nodes['c2']?.result)
    expect(violations(simulated)).toEqual([])
  })

  it.each(['unreadable-logs', 'no-reports'])(
    '%s: accepted with it, and the report says so',
    async (fault) => {
      const simulated = await simulate({
        plan: SITE,
        scenario: { defaults: { changes: 1 }, nodes: { c2: [{ fault }] } },
        options: { acceptUnverified: true },
      })
      expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
      expect(simulated.report.nodes['c2']).toMatchObject({
        result: 'changed',
        warnings: expect.arrayContaining([expect.stringMatching(/^unverified: /)]),
      })
      expect(simulated.report.nodes['c1']?.warnings).toEqual([])
      expect(violations(simulated)).toEqual([])
    },
  )
})

describe('--unready skip', () => {
  it('speaks of enabling only the nodes that we disabled', async () => {
    const simulated = await simulate({
      plan: runPlan([['a1'], ['a2', 'a3']], ['a1>a2', 'a1>a3'], { 'App[a]': ['a1', 'a2', 'a3'] }),
      scenario: {
        nodes: { a2: [{ fault: 'disabled', message: 'hands off' }], a3: [{ fault: 'silent' }] },
      },
      options: { unready: 'skip' },
    })
    const released = simulated.events.flatMap((event) =>
      event.type === 'release' ? event.nodes : [],
    )
    expect(released).toEqual([0])
    expect(brief(simulated)).toMatchObject({ a2: 'skipped foreign', a3: 'skipped unknown' })
    expect(violations(simulated)).toEqual([])
  })
})
