import { DEFAULT_FAILURES, resolveFailures } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from '../engine/simulate.js'
import { crashing } from './crashing.js'
import { unlessNothingToResume } from './nothing-to-resume.js'

const PLAN = runPlan([['a', 'b']], [])

it('a run that no record tells of any more keeps its slot while it may be applying', async () => {
  const failures = resolveFailures({ ...DEFAULT_FAILURES, maxFailures: 1 }, PLAN)
  let unknown = 0
  for (let at = 1; at <= 40; at++) {
    for (let lost = 1; lost <= 4; lost++) {
      const run = simulate({
        plan: PLAN,
        scenario: { defaults: { run: 600, changes: 1 } },
        options: { width: 1, failures },
        weakStore: true,
        engine: crashing({ where: 'after the request', at, lost }),
      })
      const simulated = await unlessNothingToResume(run)
      if (simulated === null) continue
      expect(violations(simulated), `killed at ${at}, ${lost} lost`).toEqual([])
      if ((simulated.report.counts.unknown ?? 0) > 0) unknown++
    }
  }
  expect(unknown).toBeGreaterThan(0)
}, 60_000)
