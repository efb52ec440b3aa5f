import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from '../engine/simulate.js'
import { crashing } from './crashing.js'
import { unlessNothingToResume } from './nothing-to-resume.js'

it('a run that never showed is asked for once more by whoever goes on, though cron ran a minute ago (L4)', async () => {
  for (let at = 1; at <= 60; at++) {
    const simulated = await unlessNothingToResume(
      simulate({
        plan: runPlan([['a']]),
        scenario: {
          defaults: { run: 20, changes: 1 },
          nodes: {
            a: [
              { fault: 'never-starts', times: 1 },
              { fault: 'foreign-run', at: 3, seconds: 20 },
            ],
          },
        },
        engine: crashing({ where: 'after the request', at }),
      }),
    )
    if (simulated === null) continue
    expect(violations(simulated), `killed after request ${at}`).toEqual([])
    const { result, attempts } = simulated.report.nodes['a'] ?? {}
    // Nothing was asked of it yet, or its run had shown.
    expect(result, `killed after request ${at}, ${attempts} attempts`).toBe('changed')
  }
})
