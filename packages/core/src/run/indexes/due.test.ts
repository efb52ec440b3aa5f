import { describe, expect, it } from 'vitest'
import { integerBelow, seededRandom } from '../../testing/index.js'
import { createDue } from './due.js'

describe('due index', () => {
  it('takes what a sorted list would, in node order, each node once', () => {
    const seed = 7
    const random = seededRandom(seed)
    for (let round = 0; round < 50; round++) {
      const due = createDue()
      const current = new Map<number, number>()
      for (let i = 0; i < 200; i++) {
        const node = integerBelow(random, 40)
        const at = integerBelow(random, 100)
        due.add(at, node)
        current.set(node, at)
      }
      const isCurrent = (node: number, at: number): boolean => current.get(node) === at
      for (let now = 0; now <= 100; now += 10) {
        const expected = [...current].filter(([, at]) => at <= now).map(([node]) => node)
        expect(due.next(isCurrent), `seed ${seed}`).toBe(Math.min(Infinity, ...current.values()))
        expect(due.take(now, isCurrent), `seed ${seed}`).toEqual(expected.sort((a, b) => a - b))
        for (const node of expected) current.delete(node)
      }
    }
  })
})
