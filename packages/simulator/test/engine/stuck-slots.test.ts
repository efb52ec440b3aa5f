import { describe, expect, it } from 'vitest'
import { DEFAULT_OPTIONS } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import type { FaultEntry } from '../../src/index.js'
import { simulate, violations, type Simulated } from './simulate.js'

const NODES = ['a', 'b', 'c', 'd']

/** Goes on after the failure, as far as slots are left. */
const goOn = (width: number, ...more: FaultEntry[]): Promise<Simulated> =>
  simulate({
    plan: runPlan([NODES]),
    scenario: { defaults: { run: 20 }, nodes: { a: [{ fault: 'hangs' }, ...more] } },
    options: {
      width,
      limits: { ...DEFAULT_OPTIONS.limits, run: 900_000 },
      failures: {
        scope: 'run',
        onFailure: 'skip-dependents',
        maxFailures: '50%',
        budgets: [2],
        retries: 0,
        retryPause: 0,
      },
    },
  })

describe('a run that does not end keeps its slot (S6)', () => {
  it('the others take turns in what is left', async () => {
    const simulated = await goOn(2)
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.counts).toMatchObject({ unknown: 1 })
    expect(simulated.report.nodes['d']?.result).toMatch(/changed/)
  })

  it('with the last slot the run stops', async () => {
    const simulated = await goOn(1)
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.counts).toEqual({ unknown: 1, 'not reached': 3 })
    expect(simulated.report.reason).toMatch(/^every slot is held by a run that was given up/)
  })

  it('whatever it was given up for', async () => {
    const simulated = await goOn(1, { fault: 'clock-step', seconds: 4_000, on: 'requested' })
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.nodes['a']?.code).toBe('node-clock')
    expect(simulated.report.counts).toEqual({ unknown: 1, 'not reached': 3 })
  })

  it('also where the clock was set and the node says nothing of it while it is disabled', async () => {
    const simulated = await goOn(
      1,
      { fault: 'windows' },
      { fault: 'clock-step', seconds: 40, on: 'started' },
    )
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.nodes['a']?.code).toBe('node-clock')
    expect(simulated.report.counts).toEqual({ unknown: 1, 'not reached': 3 })
  })
})
