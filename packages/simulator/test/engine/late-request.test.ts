import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

/**
 * Somebody else's run hides that ours has not begun: the node says nothing of a run while it is disabled, and our request,
 * which is not answered, acts when that run is over.
 */
it.each([36, 44, 52, 60, 70])(
  'a request that acts %i s late is not followed by another before H has passed (S8, S16)',
  async (late) => {
    for (const seconds of [60, 70, 80]) {
      for (let seed = 1; seed <= 5; seed++) {
        const simulated = await simulate({
          plan: runPlan([['a', 'b']]),
          seed,
          scenario: {
            defaults: { run: 20, changes: 1 },
            nodes: {
              a: [
                { fault: 'windows' },
                { fault: 'foreign-run', seconds },
                { fault: 'late-effect', times: 1, seconds: late, actions: ['runonce'] },
              ],
            },
          },
          options: { width: 1 },
        })
        expect(violations(simulated), `${seconds} s, seed ${seed}`).toEqual([])
        expect(simulated.report.nodes['a']).toMatchObject({ result: 'changed', attempts: 1 })
      }
    }
  },
)
