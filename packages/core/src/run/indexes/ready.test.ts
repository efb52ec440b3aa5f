import { expect, it } from 'vitest'
import { integerBelow, runPlan, seededRandom } from '../../testing/index.js'
import { indexPlan } from './node-index.js'
import { createReady } from './ready.js'

it('takes the longest path first, then the lower number, each node once and only what is ready', () => {
  const seed = 11
  const random = seededRandom(seed)
  for (let round = 0; round < 50; round++) {
    const behind = Array.from({ length: 30 }, () => integerBelow(random, 5))
    const ready = createReady((node) => behind[node] as number)
    const added = Array.from({ length: 40 }, () => integerBelow(random, 30))
    for (const node of added) ready.add(node)
    const isReady = (node: number): boolean => node % 3 !== 0
    const expected = [...new Set(added)]
      .filter(isReady)
      .sort((a, b) => (behind[b] as number) - (behind[a] as number) || a - b)
    const first = ready.take(7, isReady)
    expect(first, `seed ${seed}`).toEqual(expected.slice(0, 7))
    const isLeft = (node: number): boolean => isReady(node) && !first.includes(node)
    expect(ready.take(100, isLeft), `seed ${seed}`).toEqual(expected.slice(7))
  }
})

it('a plan tells how long the path behind each node is, and how many producers it has', () => {
  const plan = runPlan([['a', 'd'], ['b'], ['c']], ['a>b', 'b>c', 'a>c', 'd>c'])
  const { pathBehind, openProducers, groupOf } = indexPlan(plan)
  expect(pathBehind).toEqual([3, 2, 1, 2])
  expect(openProducers).toEqual([0, 1, 3, 0])
  expect(groupOf).toEqual([0, 1, 2, 0])
})

it('where past runs tell how long nodes take, the path is as long as they all together', () => {
  const plan = runPlan([['a', 'd'], ['b'], ['c']], ['a>b', 'b>c', 'a>c', 'd>c'])
  expect(indexPlan(plan, [10, 20, 30, 60]).pathBehind).toEqual([60, 50, 30, 90])
})
