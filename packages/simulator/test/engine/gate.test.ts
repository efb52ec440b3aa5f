import { describe, expect, it } from 'vitest'
import {
  DEFAULT_FAILURES,
  DEFAULT_GATE,
  resolveFailures,
  type EngineOptions,
  type Gate,
  type Prober,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import type { FaultEntry } from '../../src/index.js'
import { entries, simulate, START, started, violations, type Simulated } from './simulate.js'

/** `web` waits for `db`; nobody waits for `web` or `lone`. */
const SITE = runPlan([['db', 'lone'], ['web']], ['db>web'], { 'App[a]': ['db', 'web'] })
const DB = SITE.nodes.indexOf('db')

const port = (gate: Partial<Gate> = {}): Gate => ({
  ...DEFAULT_GATE,
  checks: [{ probe: { tcp: 3306 }, of: 'Sql', nodes: [DB] }],
  ...gate,
})

async function run(
  faults: readonly FaultEntry[],
  options: Partial<EngineOptions>,
  more: object = {},
): Promise<Simulated> {
  const scenario = { defaults: { changes: 1, run: 20 }, nodes: { db: faults } }
  const simulated = await simulate({ plan: SITE, scenario, options, ...more })
  expect(violations(simulated)).toEqual([])
  return simulated
}

const at = ({ log }: Simulated, what: 'started' | 'ended', node: string): number =>
  (Number(entries(log, what, node)[0]?.at) - START) / 1000

describe('a node that others wait for', () => {
  it('must answer again: one that reboots after its run is waited for', async () => {
    const reboot: FaultEntry = { fault: 'reboot', on: 'ended', delay: 10, seconds: 300 }
    const simulated = await run([reboot], {})
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(at(simulated, 'started', 'web') - at(simulated, 'ended', 'db')).toBeGreaterThan(300)
  })

  it('is unknown when it does not answer in time, and who waits for it is skipped', async () => {
    // 10.9 s after its end it is judged by its summary, 12.1 s after it the gate asks.
    const reboot: FaultEntry = { fault: 'reboot', on: 'ended', delay: 11.5, seconds: 10_000 }
    const { report } = await run([reboot], {})
    expect(report.nodes['db']).toMatchObject({
      result: 'unknown',
      code: 'gate-no-answer',
      evidence: expect.objectContaining({ gate: expect.anything() }),
    })
    expect(report.nodes['web']).toMatchObject({ result: 'skipped', because: 'db' })
  })

  it('passes once its check does, with the check in the evidence', async () => {
    const simulated = await run([{ fault: 'ports-closed', seconds: 60 }], { gate: port() })
    expect(simulated.report).toMatchObject({ result: 'succeeded' })
    expect(simulated.report.nodes['db']).toMatchObject({
      result: 'changed',
      evidence: { gate: { check: 'tcp 3306' } },
    })
    expect(at(simulated, 'started', 'web') - at(simulated, 'ended', 'db')).toBeGreaterThan(55)
    // Tries that did not pass are not worth a record.
    expect(simulated.events.filter(({ type }) => type === 'checked')).toHaveLength(1)
  })

  it('has its own time in the report, without the wait for its gate', async () => {
    const { report } = await run([{ fault: 'ports-closed', seconds: 90 }], { gate: port() })
    expect(report.nodes['db']?.seconds).toBeLessThan(60)
  })

  it.each([
    ['refuses', false, 'connection to db:3306 refused'],
    ['says nothing', true, 'was not over in time'],
  ])('has failed when its port %s until the deadline', async (_, drops, message) => {
    const { report } = await run([{ fault: 'ports-closed', drops }], { gate: port() })
    expect(report.nodes['db']).toMatchObject({
      result: 'failed',
      code: 'gate-check-failed',
      reason: `its run was proven (changed), but not that it can be used: tcp 3306: ${message}`,
      evidence: { gate: { check: 'tcp 3306', message } },
    })
    expect(report.nodes['web']).toMatchObject({ result: 'skipped', because: 'db' })
    expect(report).toMatchObject({ exit: 7, policy: { spent: [{ failed: 1, budget: 0 }] } })
  })

  it('is not proven by a check that throws, nor by one that never ends', async () => {
    const probes: Prober[] = [
      () => Promise.reject(new Error('no such program')),
      () => {
        throw new Error('at once, in place of a promise')
      },
      () => new Promise(() => undefined),
    ]
    for (const probe of probes) {
      const { report } = await run([], { gate: port() }, { probe })
      expect(report.nodes['db']).toMatchObject({ result: 'failed', code: 'gate-check-failed' })
    }
  })

  it('holds no slot meanwhile', async () => {
    const simulated = await run([{ fault: 'ports-closed', seconds: 110 }], {
      gate: port(),
      width: 1,
    })
    expect(at(simulated, 'started', 'lone') - at(simulated, 'ended', 'db')).toBeLessThan(30)
  })
})

it('asks nothing more of nodes that nobody waits for', async () => {
  const gate = { ...port(), checks: [{ probe: { tcp: 80 }, of: null, nodes: [0, 1, 2] }] }
  const simulated = await run([], { gate })
  const checked = simulated.wire.flatMap((entry) => (entry.what === 'check' ? [entry.node] : []))
  expect(checked).toEqual(['db'])
})

it('a stop ends the wait: what the run proved stands', async () => {
  const simulated = await run(
    [{ fault: 'ports-closed' }],
    { gate: port() },
    { interrupt: { soft: 120 } },
  )
  expect(simulated.report.nodes['db']).toMatchObject({ result: 'changed' })
  expect(simulated.report.nodes['web']).toMatchObject({ result: 'cancelled' })
})

it('what its run proved stands too when the budget of its application is spent meanwhile', async () => {
  const two = runPlan([['bad', 'db'], ['web']], ['db>web'], { 'App[a]': ['bad', 'db', 'web'] })
  const simulated = await simulate({
    plan: two,
    scenario: {
      nodes: {
        bad: [{ fault: 'run-time', seconds: 60 }, { fault: 'failed-resources' }],
        db: [
          { fault: 'run-time', seconds: 10 },
          { fault: 'ports-closed', seconds: 110 },
        ],
      },
    },
    options: {
      gate: port({
        checks: [{ probe: { tcp: 3306 }, of: 'Sql', nodes: [two.nodes.indexOf('db')] }],
      }),
      failures: resolveFailures(
        { ...DEFAULT_FAILURES, scope: 'application', onFailure: 'skip-dependents', maxFailures: 0 },
        two,
      ),
    },
  })
  expect(violations(simulated)).toEqual([])
  expect(simulated.report.nodes).toMatchObject({
    bad: { result: 'failed' },
    db: { result: 'changed' },
    web: { result: 'not reached', code: 'budget-spent' },
  })
})

describe('--until', () => {
  const after = (seconds: number): string => new Date(START + seconds * 1000).toISOString()

  it('starts nothing new, watches what runs, and says so', async () => {
    const simulated = await run([], { until: after(60) })
    expect(started(simulated.log)).not.toContain('web')
    expect(simulated.report).toMatchObject({
      result: 'incomplete',
      exit: 7,
      reason: `nothing new starts after ${after(60)}`,
      policy: { until: after(60) },
      nodes: { db: { result: 'changed' }, web: { result: 'not reached', code: 'until-passed' } },
    })
  })

  it('touches nothing when its time has come before it was confirmed', async () => {
    const { report } = await run([], { until: after(-1) })
    expect(report).toMatchObject({ result: 'incomplete', exit: 3 })
  })

  it('is no stop when all was started in time', async () => {
    const { events, report } = await run([{ fault: 'run-time', seconds: 20 }], {
      until: after(3_600),
    })
    expect(report).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(events.some(({ type }) => type === 'until')).toBe(false)
    const late = await simulate({
      plan: runPlan([['db']]),
      scenario: { defaults: { run: 300 } },
      options: { until: after(100) },
    })
    expect(violations(late)).toEqual([])
    expect(late.report).toMatchObject({ result: 'succeeded' })
    expect(late.events.some(({ type }) => type === 'until')).toBe(true)
  })
})
