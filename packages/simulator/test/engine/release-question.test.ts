import { releaseRun } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { lockOf, RUN, simulate } from './simulate.js'

/** How long the question whether to enable is on the screen. */
const READS_MS = 600_000

it('a node that somebody disables while the operator reads the question is not enabled (S4)', async () => {
  const simulated = await simulate({
    plan: runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] }),
    scenario: {
      defaults: { run: 5, changes: 1 },
      nodes: {
        a: [{ fault: 'failed-resources', times: 1 }],
        b: [
          { fault: 'enabled', at: 500 },
          { fault: 'disabled', at: 501, message: 'kernel upgrade; ask Ada' },
        ],
      },
    },
    options: { keepDisabled: 'all', width: 1 },
  })
  expect(lockOf(simulated, 'b')).toContain(RUN)
  const { agent, clock, fleet, plan } = simulated
  const never = new AbortController().signal
  const released = await releaseRun({
    ...{ agent, clock, nodes: plan.nodes, run: RUN, soft: never, hard: never },
    async confirm() {
      fleet.settle(clock.now() + READS_MS)
      return true
    },
  })
  expect(released.nodes).toMatchObject({ a: { result: 'enabled' }, b: { result: 'foreign' } })
  expect(lockOf(simulated, 'b')).toBe('kernel upgrade; ask Ada')
})
