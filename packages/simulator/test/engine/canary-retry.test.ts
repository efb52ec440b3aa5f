import { DEFAULT_FAILURES, resolveFailures } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

/**
 * Canaries that failed are to be tried again at the same moment, while a further canary of their group is still to be
 * chosen: there are fewer nodes than canaries, or the others are not idle yet.
 */
describe('canaries that are tried again together, order stream (L1)', () => {
  for (const [canary, group, busy] of [
    [4, ['a', 'b', 'c'], null],
    [3, ['a', 'b', 'c', 'd'], 'd'],
    [4, ['a', 'b', 'c', 'd'], 'd'],
  ] as const) {
    it(`are all tried again: ${canary} canaries of ${group.length} nodes`, async () => {
      const plan = runPlan([group])
      const failures = resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause: 1_000 }, plan)
      const failing = [{ fault: 'failed-resources', attempt: 1 }]
      const hung: string[] = []
      for (let seed = 1; seed <= 12; seed++) {
        await simulate({
          ...{ plan, seed },
          options: { order: 'stream', canary, failures },
          scenario: {
            defaults: { run: 5, changes: 1 },
            nodes: {
              b: failing,
              c: failing,
              ...(busy !== null && { [busy]: [{ fault: 'foreign-run', seconds: 400 }] }),
            },
          },
        }).then(
          (simulated) => {
            expect(violations(simulated)).toEqual([])
            expect(simulated.report.result).toBe('succeeded')
          },
          (error: unknown) => void hung.push(`seed ${seed}: ${String(error)}`),
        )
      }
      expect(hung).toEqual([])
    }, 60_000)
  }
})
