import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.js'

describe('a held node that somebody else has enabled', () => {
  it('is not run on that footing, and named as raced, also where its answer lay unread', async () => {
    for (let append = 20; append < 40; append++) {
      const simulated = await simulate({
        plan: runPlan([['a', 'b']]),
        options: { width: 1 },
        troubles: { suspended: { append, seconds: 60 } },
        scenario: {
          defaults: { run: 60, changes: 1 },
          nodes: { b: [{ fault: 'enabled', at: 60 }] },
        },
      })
      const { result, code, warnings } = simulated.report.nodes['b'] as never
      expect.soft({ result, code, warnings }, `stands still after append ${append}`).toMatchObject({
        result: 'refused',
        code: 'node-enabled-by-other',
      })
    }
  })
})
