import { expect, it } from 'vitest'
import { integerBelow, seededRandom } from '../testing/index.js'
import { ask, interner, numbering, numberOf, settle } from './interner.js'
import { toArray } from './number-list.js'

it('gives each different name a number, far beyond its first size', () => {
  const random = seededRandom(1)
  const names = interner(() => true)
  const asked = numbering(names)
  const expected = new Map<string, number>()
  const numbers: number[] = []
  for (let round = 0; round < 50_000; round++) {
    const name = `Sql[app${integerBelow(random, 20_000)}]`
    const number = expected.get(name) ?? expected.size
    expected.set(name, number)
    numbers.push(number)
    ask(asked, name)
  }
  settle(asked)
  expect([...toArray(asked.numbers)]).toEqual(numbers)
  expect(names.names).toEqual([...expected.keys()])
  expect(asked.failed).toBe(false)
})

it('takes no name that is not accepted, and goes on', () => {
  const names = interner((name) => name !== 'bad')
  expect(['a', 'bad', 'b', 'a', 'bad'].map((name) => numberOf(names, name))).toEqual([
    0, -1, 1, 0, -1,
  ])
  expect(names.names).toEqual(['a', 'b'])
  const asked = numbering(names)
  ask(asked, 'bad')
  settle(asked)
  expect(asked.failed).toBe(true)
})

it('tells names apart that have the same hash', () => {
  // 31 * (31 * c + 66) + 97 = 31 * (31 * c + 67) + 66, at the even places; the odd ones are the same.
  const names = interner(() => true)
  const alike = ['Bxax', 'CxBx', 'BxaxBxax', 'CxBxCxBx', 'Bxax']
  expect(alike.map((name) => numberOf(names, name))).toEqual([0, 1, 2, 3, 0])
})
