import { DEFAULT_LIMITS } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

/** H is 80 s: a request that nobody answered may act for longer than a run is given here. */
const SHORT_MS = 30_000

it('a limit that is shorter than H does not let a change follow an unanswered request (S16)', async () => {
  const simulated = await simulate({
    plan: runPlan([['a']]),
    options: { limits: { ...DEFAULT_LIMITS, run: SHORT_MS } },
    scenario: {
      defaults: { run: 5, changes: 1 },
      nodes: {
        a: [
          // The permission probe is its first request for a run.
          { fault: 'late-effect', actions: ['runonce'], after_calls: 1, times: 1, seconds: 79 },
          // Somebody else's run is taken for ours until then.
          { fault: 'foreign-run', on: 'enabled', delay: 3, seconds: 60 },
        ],
      },
    },
  })
  expect(violations(simulated)).toEqual([])
})
