import { reportFromEvents } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import type { Scenario } from '../../src/index.js'
import { entries, LAMP, simulate, violations, type Simulated, type Simulation } from './simulate.js'

const ALL = '*'
const scenario = (fault: string, node = ALL): Scenario => ({
  defaults: { run: 60, changes: 1 },
  nodes: { [node]: [{ fault }] },
})
/** Of a simulation, as of a real site, each question to a node counts. */
const replies = ({ log }: Simulated, action?: string): number =>
  entries(log, 'request').filter((entry) => action === undefined || entry.action === action).length

async function run(more: Omit<Partial<Simulation>, 'plan'> = {}): Promise<Simulated> {
  return simulate({ plan: LAMP, ...more })
}
const codes = ({ report }: Simulated): string[] =>
  Object.values(report.nodes).map(({ code }) => code)

describe('a witness resolves what the nodes leave open', () => {
  it('logs that cannot be read: refused without, proven with it', async () => {
    const without = await run({ scenario: scenario('unreadable-logs') })
    expect(without.report.result).toBe('refused')
    const done = await run({ scenario: scenario('unreadable-logs'), witness: {} })
    expect(done.report.result).toBe('succeeded')
    expect(codes(done)).toEqual(Array(4).fill('puppet-report-changed'))
    expect(violations(done)).toEqual([])
  })

  it('and the journal alone gives the report, with what the witness said', async () => {
    const done = await run({ scenario: scenario('unreadable-logs'), witness: {} })
    expect(reportFromEvents(done.events)).toEqual(done.report)
    const judged = done.events.filter((event) => event.type === 'judged')
    expect(judged).toHaveLength(4)
    for (const { witnesses } of judged) expect(witnesses).toMatchObject([{ witness: 'run-report' }])
    expect(done.report.nodes['dev1']?.evidence).toMatchObject({ report: { status: 'changed' } })
  })

  it('is waited for, and its absence is no success', async () => {
    const late = { scenario: scenario('unreadable-logs'), witness: { lag: 20_000 } }
    expect((await run(late)).report.result).toBe('succeeded')
    const lost = await run({ scenario: scenario('unreadable-logs'), witness: { lost: 1 } })
    expect(lost.report.result).toBe('failed')
    expect(lost.report.nodes['dev1']).toMatchObject({
      result: 'failed',
      code: 'puppet-logs-unreadable',
    })
    expect(violations(lost)).toEqual([])
  })

  it('tells of a cached catalog that the node does not show', async () => {
    const stale: Scenario = {
      defaults: { run: 60 },
      nodes: { '*': [{ fault: 'unreadable-logs' }, { fault: 'compile-failure' }] },
    }
    const done = await run({ scenario: stale, witness: {} })
    expect(done.report.nodes['dev1']).toMatchObject({
      result: 'failed',
      code: 'puppet-report-stale',
    })
    expect(violations(done)).toEqual([])
  })
})

describe('a postrun command that failed where the node does not show its log', () => {
  const failing: Scenario = {
    defaults: { run: 60, changes: 1 },
    nodes: { '*': [{ fault: 'unreadable-logs' }, { fault: 'postrun-failure' }] },
  }
  const unreadable = scenario('unreadable-logs')

  it('is found in the log of its report', async () => {
    const done = await run({ scenario: failing, witness: {} })
    expect(done.report.nodes['dev1']).toMatchObject({
      result: 'failed',
      code: 'puppet-report-command',
    })
    expect(violations(done)).toEqual([])
  })

  it('is no success where that log does not tell, or cannot be read in time', async () => {
    for (const logs of ['silent', 'away'] as const) {
      const done = await run({ scenario: failing, witness: { logs } })
      expect(done.report.nodes['dev1']).toMatchObject({
        code: 'puppet-logs-unreadable',
        warnings: expect.arrayContaining([expect.stringContaining('postrun')]) as unknown,
      })
      expect(done.report.result).toBe('failed')
      expect(violations(done)).toEqual([])
    }
  })

  it('makes a witness without logs prove less, which the verdict says', async () => {
    const done = await run({ scenario: unreadable, witness: { logs: 'none' } })
    expect(codes(done)).toEqual(Array(4).fill('puppet-report-changed'))
    for (const { warnings } of Object.values(done.report.nodes)) {
      expect(warnings).toEqual([expect.stringContaining('its log was not read')])
    }
    // What it cannot see the checker does.
    const hidden = await run({ scenario: failing, witness: { logs: 'none' } })
    expect(violations(hidden).map(({ promise }) => promise)).toContain('S2')
    const told = await run({ scenario: unreadable, witness: {} })
    for (const { warnings } of Object.values(told.report.nodes)) expect(warnings).toEqual([])
  })

  it('is not looked for where the node itself proves how its run ended', async () => {
    const done = await run({ scenario: scenario('facter-errors'), witness: { logs: 'away' } })
    expect(codes(done)).toEqual(Array(4).fill('puppet-changed'))
    const without = await run({ scenario: scenario('facter-errors'), witness: { logs: 'none' } })
    expect(done.seconds).toBe(without.seconds)
  })
})

describe('a witness tells of the end', () => {
  const WIDE = runPlan([Array.from({ length: 40 }, (_, n) => `n${n}`)], [], {})
  const slow: Scenario = { defaults: { run: { median: 60, sigma: 0.5 }, changes: 1 } }

  it('so that nodes are asked less often, and are done no later', async () => {
    const plain = await simulate({ plan: WIDE, scenario: slow })
    const told = await simulate({ plan: WIDE, scenario: slow, witness: {} })
    expect(told.report.result).toBe('succeeded')
    expect(replies(told, 'status')).toBeLessThan(replies(plain, 'status') * 0.75)
    expect(told.seconds).toBeLessThan(plain.seconds)
    expect(violations(told)).toEqual([])
  })

  it('but a node that nobody tells of is found by asking it', async () => {
    const lost = await simulate({ plan: WIDE, scenario: slow, witness: { lost: 0.3 } })
    expect(lost.report.result).toBe('succeeded')
    const dies = await run({ scenario: scenario('killed'), witness: {} })
    expect(dies.report.nodes['dev1']).toMatchObject({ result: 'failed' })
    const never = await run({ scenario: scenario('never-starts'), witness: {} })
    expect(never.report.nodes['dev1']).toMatchObject({ code: 'run-never-started' })
    for (const one of [lost, dies, never]) expect(violations(one)).toEqual([])
  })

  it('and while it is away the nodes are asked as if there were none', async () => {
    const plain = await simulate({ plan: WIDE, scenario: slow })
    const away = await simulate({ plan: WIDE, scenario: slow, witness: { away: [[0, 100_000]] } })
    expect(replies(away)).toBe(replies(plain))
    const gone = await simulate({ plan: WIDE, scenario: slow, witness: { away: [[100, 100_000]] } })
    expect(gone.report.result).toBe('succeeded')
    expect(gone.seconds).toBeLessThan(plain.seconds * 1.2)
    expect(violations(gone)).toEqual([])
  })
})

describe('on the word of a witness a node is disabled again before it is asked', () => {
  const LONE = runPlan([['a']], [], {})
  /** Questions to the node and changes of it, after its run was requested. */
  const afterRun = ({ log }: Simulated): readonly string[] => {
    const actions = entries(log, 'request').map(({ action }) => action)
    return actions.slice(actions.lastIndexOf('runonce') + 1)
  }

  it('and believed of its own word alone: one status, then its summary', async () => {
    const told = await simulate({ plan: LONE, scenario: { defaults: { run: 60 } }, witness: {} })
    expect(told.report.result).toBe('succeeded')
    expect(afterRun(told)).toEqual(['disable', 'status', 'last_run_summary', 'status', 'enable'])
    expect(violations(told)).toEqual([])
    expect(reportFromEvents(told.events)).toEqual(told.report)
  })

  it('a run of somebody else that took the place of ours is no end of ours', async () => {
    const scenario: Scenario = {
      defaults: { run: 60 },
      nodes: { a: [{ fault: 'foreign-run', on: 'requested', seconds: 5 }] },
    }
    const run = await simulate({ plan: LONE, scenario, witness: {} })
    expect(violations(run)).toEqual([])
    expect(reportFromEvents(run.events)).toEqual(run.report)
  })

  it('where the journal is lost at that moment the node is asked, and judged', async () => {
    const lost = await simulate({
      plan: LONE,
      scenario: { defaults: { run: 60 } },
      witness: {},
      onEvents(events, { store }) {
        const isRunning = events.some((e) => e.type === 'answered' && e.intent === 4)
        if (isRunning) store.fail('no space left on device')
      },
    })
    expect(lost.report.nodes['a']).toMatchObject({ result: 'changed' })
    expect(violations(lost)).toEqual([])
  })
})
