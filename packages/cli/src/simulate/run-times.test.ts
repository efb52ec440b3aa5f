import { expect, it } from 'vitest'
import { seededRandom } from '@choirmaster/core/testing'
import { withRunTimes } from './run-times.js'

const past = (seconds: Record<string, number>) =>
  new Map(Object.entries(seconds).map(([node, one]) => [node, [{ seconds: one, sinceRequest: 0 }]]))

it('gives a node one of its own times, and others the spread of all', () => {
  const times = past({ a: 10, b: 40 })
  const { nodes, defaults } = withRunTimes({}, times, ['a', 'c'], seededRandom(1))
  expect(nodes).toEqual({ a: [{ fault: 'run-time', seconds: 10 }] })
  const { median, sigma } = defaults?.run as { median: number; sigma: number }
  expect(median).toBeCloseTo(40)
  expect(sigma).toBeCloseTo(Math.log(2))
})

it('leaves the word to the scenario', () => {
  const told = { defaults: { run: 5 }, nodes: { a: [{ fault: 'run-time', seconds: 7 }] } }
  const times = past({ a: 10 })
  const { nodes, defaults } = withRunTimes(told, times, ['a'], seededRandom(1))
  expect(defaults).toEqual({ run: 5 })
  expect(nodes?.['a']?.at(-1)).toEqual({ fault: 'run-time', seconds: 7 })
})

it('knows nothing without a past', () => {
  expect(withRunTimes({}, new Map(), ['a'], seededRandom(1))).toEqual({ defaults: {}, nodes: {} })
})
