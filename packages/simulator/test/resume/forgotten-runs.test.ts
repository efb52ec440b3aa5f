import { DEFAULT_FAILURES, DEFAULT_GATE, resolveFailures } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import {
  entries,
  simulate,
  violations,
  type Simulated,
  type Simulation,
} from '../engine/simulate.js'
import { crashing } from './crashing.js'
import { unlessNothingToResume } from './nothing-to-resume.js'

const ONE = runPlan([['a']], [], { 'App[x]': ['a'] })

interface Forgetting {
  /** Appends after which the process is killed. */
  readonly from: number
  readonly to: number
  /** How many of them the store loses. */
  readonly lost: readonly number[]
}

/** The run, killed after each of those appends and resumed without what the store lost. */
async function* forgetting(
  { from, to, lost }: Forgetting,
  simulation: Simulation,
): AsyncGenerator<readonly [simulated: Simulated, told: string]> {
  for (let at = from; at <= to; at++) {
    for (const many of lost) {
      const engine = crashing({ where: 'after the append', at, lost: many })
      const simulated = await unlessNothingToResume(
        simulate({ ...simulation, weakStore: true, engine }),
      )
      if (simulated !== null) yield [simulated, `killed after append ${at}, ${many} lost`]
    }
  }
}

describe('a run whose store lost the end of the journal (S8, S18)', () => {
  it('does not try again what it may have tried again already', async () => {
    const failures = resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause: 1_000 }, ONE)
    const crashes = forgetting(
      { from: 15, to: 35, lost: [6, 8, 10, 12] },
      {
        plan: ONE,
        scenario: {
          defaults: { run: 20, changes: 1 },
          nodes: { a: [{ fault: 'failed-resources' }] },
        },
        options: { failures },
      },
    )
    for await (const [simulated, told] of crashes) {
      expect(violations(simulated), told).toEqual([])
      expect(entries(simulated.log, 'started').length, told).toBeLessThanOrEqual(2)
    }
  })

  it('does not run a node again that was busy when it was locked', async () => {
    const crashes = forgetting(
      { from: 18, to: 30, lost: [4, 5, 6, 7, 8] },
      {
        plan: ONE,
        scenario: {
          defaults: { run: 20, changes: 1 },
          nodes: { a: [{ fault: 'foreign-run', seconds: 100 }] },
        },
      },
    )
    for await (const [simulated, told] of crashes) {
      expect(violations(simulated), told).toEqual([])
      const { log, report } = simulated
      const ours = entries(log, 'started').filter(({ by }) => by === report.caller)
      expect(ours.length, told).toBeLessThanOrEqual(1)
    }
  })

  it('keeps the rest of an application disabled of which a node may have been run', async () => {
    const crashes = forgetting(
      { from: 12, to: 30, lost: [2, 3, 4, 6] },
      {
        plan: runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] }),
        scenario: { defaults: { run: 600, changes: 1 } },
        options: { width: 1 },
      },
    )
    let met = 0
    for await (const [{ log, report }, told] of crashes) {
      const unknown = report.nodes['a']?.code === 'record-lost'
      if (!unknown || entries(log, 'started').length === 0) continue
      if (report.nodes['b']?.result !== 'not reached') continue
      met++
      expect(report.left_disabled, told).toHaveProperty('b')
    }
    expect(met).toBeGreaterThan(0)
  })

  it('tells of no stranger where there was none', async () => {
    const crashes = forgetting(
      { from: 20, to: 40, lost: [1, 3, 5, 8] },
      {
        plan: runPlan([['db'], ['web']], ['db>web'], { 'A[a]': ['db'], 'B[b]': ['web'] }),
        scenario: { defaults: { run: 20, changes: 1 } },
        options: {
          gate: {
            ...DEFAULT_GATE,
            checks: [{ probe: { tcp: 3306 }, of: 'Sql', nodes: [0] }],
          },
        },
      },
    )
    for await (const [simulated, told] of crashes) {
      expect(violations(simulated), told).toEqual([])
      for (const { warnings } of Object.values(simulated.report.nodes))
        expect(warnings.join(), told).not.toMatch(/raced|overrun/)
    }
  })
})
