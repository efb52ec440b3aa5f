import { executeRun } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { START, simulate, violations } from '../engine/simulate.js'

it('the clock of another machine excuses nothing before that machine goes on (S7)', async () => {
  const until = (seconds: number): string => new Date(START + seconds * 1_000).toISOString()
  const options = { width: 1, until: until(60) }
  const plan = runPlan([Array.from({ length: 9 }, (_, i) => `n${i}`)])
  const run = (late: number) =>
    simulate({
      ...{ plan, options, apart: -40_000 },
      engine: (input) =>
        executeRun({ ...input, options: { ...input.options, until: until(60 + late) } }),
    })
  expect(violations(await run(0))).toEqual([])
  const found = violations(await run(40)).map(({ promise }) => promise)
  expect(found).toContain('S7')
})
