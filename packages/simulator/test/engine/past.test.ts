import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

const PLAN = runPlan([['a', 'b', 'c', 'd']], [])
/** What is usual, seconds; `d` takes four times as long. */
const USUAL = 20
const SCENARIO = {
  defaults: { run: USUAL, changes: 1 },
  nodes: { d: [{ fault: 'run-time', seconds: 4 * USUAL }] },
} as const

/** How often `d` is asked how it is once its run was requested. @param seconds that past runs say of it */
async function asked(seconds: number | null): Promise<number> {
  const spread = Array.from({ length: 50 }, () => USUAL)
  const past = { runs: 50, spread, nodes: [USUAL, USUAL, USUAL, seconds] }
  const simulated = await simulate({ plan: PLAN, scenario: SCENARIO, past })
  expect(violations(simulated)).toEqual([])
  expect(simulated.report.result).toBe('succeeded')
  const log = simulated.log.filter((entry) => 'node' in entry && entry.node === 'd')
  const requested = log.findIndex(({ what }) => what === 'spawned')
  expect(requested).toBeGreaterThan(0)
  return log
    .slice(requested)
    .filter((entry) => entry.what === 'request' && entry.action === 'status').length
}

it('a node is asked by its own time where past runs tell it', async () => {
  expect(await asked(4 * USUAL)).toBeLessThan((await asked(null)) / 1.5)
})
