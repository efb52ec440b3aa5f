import { expect, it } from 'vitest'
import { runPlan } from '../../testing/index.js'
import { arithmetic, DEFAULT_FAILURES, resolveFailures } from './failure-policy.js'

const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`)
const PLAN = runPlan([names('a', 60), names('b', 40)], [], {
  'App[a]': names('a', 60),
  'App[b]': names('b', 30),
})

it.each([
  ['run', '5%', [5]],
  ['run', '29%', [29]],
  ['run', '0.9%', [0]],
  ['run', 7, [7]],
  ['group', '5%', [3, 2]],
  ['application', '10%', [6, 3, 1]],
  ['application', 0, [0, 0, 0]],
] as const)('of a scope %s the limit %s is %j nodes', (scope, maxFailures, budgets) => {
  expect(resolveFailures({ ...DEFAULT_FAILURES, scope, maxFailures }, PLAN)).toMatchObject({
    scope,
    maxFailures,
    budgets,
  })
})

it('without a limit has no budgets', () => {
  expect(resolveFailures({ ...DEFAULT_FAILURES, maxFailures: null }, PLAN).budgets).toBeNull()
})

it('the arithmetic of a budget', () => {
  const spent = { of: null, failed: 4, nodes: 60, budget: 3, asked: '5%' } as const
  expect(arithmetic(spent)).toBe('4 of 60 nodes not proven, budget 3 (5%)')
  expect(arithmetic({ ...spent, of: 'Lamp[app1]', asked: 3 })).toBe(
    'Lamp[app1]: 4 of 60 nodes not proven, budget 3',
  )
})
