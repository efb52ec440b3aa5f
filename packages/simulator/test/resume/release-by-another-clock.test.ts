import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

it('a run that is gone on with by a clock that is two hours behind releases its nodes all the same (L1)', async () => {
  const took: number[] = []
  for (let at = 20; at <= 60; at += 2) {
    const { events } = await simulate({
      plan: runPlan([['a'], ['b']], ['a>b'], { 'App[x]': ['a', 'b'] }),
      scenario: { defaults: { run: 20, changes: 1 } },
      engine: crashing({ where: 'after the append', at, apart: -7_200 }),
    })
    const resumed = events.find(({ type }) => type === 'resumed')
    if (resumed !== undefined) took.push(((events.at(-1)?.at ?? Infinity) - resumed.at) / 1000)
  }
  expect(took.length).toBeGreaterThan(5)
  expect(Math.max(...took)).toBeLessThan(600)
})
