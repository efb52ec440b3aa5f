import { expect, it } from 'vitest'
import { releaseRun } from '@choirmaster/core'
import { lockOf, RUN } from '../engine/simulate.js'
import { runCase } from './run-case.js'

const SEEDS = 80

it('what any run left can be freed with nothing but the nodes (L6), and nothing else is enabled', async () => {
  let freed = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { simulated } = await runCase(seed, 'safety')
    if (simulated === null) continue
    const { agent, clock, fleet, plan, report } = simulated
    const before = new Map(plan.nodes.map((name) => [name, lockOf(simulated, name)]))
    const asked = fleet.log.length
    const released = await releaseRun({
      agent,
      nodes: plan.nodes,
      run: RUN,
      clock,
      soft: new AbortController().signal,
      hard: new AbortController().signal,
      confirm: async () => true,
    })
    for (const name of plan.nodes) {
      const lock = lockOf(simulated, name)
      const told = `seed ${seed}, ${name}`
      if (lock === report.lock_text) expect(released.left, told).toContain(name)
      else if (before.get(name) === report.lock_text) freed++
    }
    const removed = fleet.log
      .slice(asked)
      .filter((entry) => entry.what === 'enabled' && entry.by === agent.caller)
    for (const entry of removed)
      expect(entry, `seed ${seed}`).toMatchObject({ message: report.lock_text })
  }
  expect(freed).toBeGreaterThan(SEEDS / 2)
})
