import { expect, it } from 'vitest'
import { seededRandom } from '@choirmaster/core/testing'
import type { RunEvent } from '@choirmaster/core/provide'
import { runTimesOf, withRunTimes } from './run-times.js'

const journal = (seconds: Record<string, number>, result = 'changed', noop = false): RunEvent[] => {
  const nodes = Object.keys(seconds)
  const created = { type: 'created', options: { run: { noop } }, plan: { nodes } }
  const judged = nodes.map((name, node) => ({
    type: 'judged',
    node,
    verdict: { result, evidence: { seconds: seconds[name] } },
  }))
  return [created, ...judged] as unknown as RunEvent[]
}

it('takes the times of proven runs, newest first', () => {
  const times = runTimesOf([
    journal({ a: 10, b: 20 }),
    journal({ a: 99 }, 'failed'),
    journal({ a: 98 }, 'unchanged', true),
    journal({ a: 30 }, 'unchanged'),
  ])
  expect(Object.fromEntries(times)).toEqual({ a: [10, 30], b: [20] })
})

it('gives a node one of its own times, and others the spread of all', () => {
  const times = runTimesOf([journal({ a: 10, b: 40 })])
  const { nodes, defaults } = withRunTimes({}, times, ['a', 'c'], seededRandom(1))
  expect(nodes).toEqual({ a: [{ fault: 'run-time', seconds: 10 }] })
  const { median, sigma } = defaults?.run as { median: number; sigma: number }
  expect(median).toBeCloseTo(40)
  expect(sigma).toBeCloseTo(Math.log(2))
})

it('leaves the word to the scenario', () => {
  const told = { defaults: { run: 5 }, nodes: { a: [{ fault: 'run-time', seconds: 7 }] } }
  const times = runTimesOf([journal({ a: 10 })])
  const { nodes, defaults } = withRunTimes(told, times, ['a'], seededRandom(1))
  expect(defaults).toEqual({ run: 5 })
  expect(nodes?.['a']?.at(-1)).toEqual({ fault: 'run-time', seconds: 7 })
})

it('knows nothing without a past', () => {
  expect(withRunTimes({}, new Map(), ['a'], seededRandom(1))).toEqual({ defaults: {}, nodes: {} })
})
