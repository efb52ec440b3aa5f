import { expect, it } from 'vitest'
import { runPlan } from '@choirmaster/core/testing'
import { LAMP, simulate, violations } from './simulate.js'

/** Appends of a LAMP run, and some more. */
const APPENDS = 70
/** Longer than a deadline of any change, shorter than that of a run. */
const STANDSTILL_S = 400

it('a process that stood still acts on nothing that lay unread meanwhile, takes no clock for set, and succeeds', async () => {
  for (let append = 1; append <= APPENDS; append++) {
    const troubles = { suspended: { append, seconds: STANDSTILL_S } }
    const simulated = await simulate({ plan: LAMP, troubles })
    expect(violations(simulated), `after append ${append}`).toEqual([])
    expect(simulated.report.result, `after append ${append}`).toBe('succeeded')
  }
}, 60_000)

it('on a slow disk no run starts whose intent was still being written when a failure became known', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  let stopped = 0
  for (let seed = 1; seed <= 20; seed++) {
    const simulated = await simulate({
      plan: runPlan([names]),
      seed,
      options: { width: 3 },
      scenario: {
        defaults: { run: { median: 20, sigma: 0.5 } },
        nodes: { a: [{ fault: 'compile-failure' }] },
      },
      troubles: { journalSlow: 3 },
    })
    expect(violations(simulated), `seed ${seed}`).toEqual([])
    if (simulated.events.some(hasWithdrawn)) stopped++
  }
  expect(stopped).toBeGreaterThan(0)
}, 60_000)

function hasWithdrawn(event: { readonly type: string; readonly nodes?: unknown }): boolean {
  return event.type === 'answered' && JSON.stringify(event.nodes).includes('"code":"run-stopped"')
}
