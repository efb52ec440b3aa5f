import type { RunInput, RunReport } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { withLease } from './asked-lease.js'
import { simulate, violations } from './simulate.js'

/** The question whether the lease is ours fails (the broker of the store times out), though nobody took the run over. */
const failing =
  (fails: (nth: number) => boolean) =>
  (input: RunInput): Promise<RunReport> =>
    withLease(input, async (nth) => {
      if (fails(nth)) throw new Error('the stream of the run store cannot be reached')
    })

const PLAN = runPlan([['a'], ['b']], ['a>b'], { 'A[a]': ['a', 'b'] })

describe('the question whether the run is still ours fails for a while, though nobody took it over', () => {
  for (const order of ['groups', 'stream'] as const) {
    it(`the run ends, and no consumer starts before its producer is proven, ${order} (S1, L1)`, async () => {
      for (const [from, many] of Array.from(
        { length: 30 },
        (_, i) => [1 + (i >> 1), i % 2 === 0 ? 3 : 12] as const,
      )) {
        const told = await simulate({
          plan: PLAN,
          options: { order },
          scenario: { defaults: { run: 5, changes: 1 } },
          engine: failing((nth) => nth >= from && nth < from + many),
        }).then(
          (simulated) => [
            ...violations(simulated).map(({ promise, message }) => `${promise} ${message}`),
            ...(simulated.report.result === 'incomplete'
              ? ['incomplete, though a node failed']
              : []),
          ],
          (error: unknown) => [String(error)],
        )
        expect.soft(told, `${many} from question ${from} on`).toEqual([])
      }
    })
  }
})
