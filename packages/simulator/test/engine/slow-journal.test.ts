import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.js'

describe('a journal each record of which takes long (L1, L5)', () => {
  for (const journalSlow of [8, 11, 15]) {
    it(`${journalSlow} s: the run ends`, async () => {
      const simulated = await simulate({
        plan: runPlan([['a']], [], { 'A[a]': ['a'] }),
        scenario: { defaults: { run: 10, changes: 1 } },
        troubles: { journalSlow },
        // After more than half an hour the operator has enough, after another five hours he kills it.
        interrupt: { soft: 2_000, hard: 20_000 },
      })
      expect(simulated.seconds).toBeLessThan(20_000)
    })
  }
})
