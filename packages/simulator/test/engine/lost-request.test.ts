import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

/**
 * Cron's run begins once the node is enabled, while the journal is slow to take the request of ours, whose reply is lost
 * and which never shows. How long before the request it began is known to the fraction of a second but for whole seconds.
 */
it('a run that began more than two seconds before a request whose reply was lost is not taken for ours (S2)', async () => {
  const codes = new Set<string>()
  for (let seed = 1; seed <= 6; seed++) {
    for (let delay = 1; delay <= 4; delay += 0.1) {
      const simulated = await simulate({
        plan: runPlan([['a']], [], { 'A[a]': ['a'] }),
        seed,
        scenario: {
          defaults: { run: 20, changes: 1, reply: [0.06, 0.08] },
          nodes: {
            a: [
              { fault: 'lost-reply', actions: ['runonce'], times: 1, after: 12 },
              { fault: 'never-starts', times: 1 },
              { fault: 'clock-offset', seconds: (seed * 0.137) % 1 },
              { fault: 'foreign-run', on: 'enabled', times: 9, delay, seconds: 2.7 },
            ],
          },
        },
        troubles: { journalSlow: 4 },
      })
      expect(violations(simulated), `${delay} s, seed ${seed}`).toEqual([])
      codes.add(simulated.report.nodes['a']?.code ?? '')
    }
  }
  expect(codes).toContain('puppet-changed')
  expect(codes).toContain('puppet-older-run')
})
