import { expect, it } from 'vitest'
import { integerBelow, seededRandom } from '../testing/index.js'
import { interner, numberOf } from './interner.js'

it('gives each different name a number, far beyond its first size', () => {
  const random = seededRandom(1)
  const names = interner(() => true)
  const expected = new Map<string, number>()
  for (let asked = 0; asked < 20_000; asked++) {
    // A run of names that follow each other now and then, as lists repeat each other.
    const start = integerBelow(random, 20_000)
    for (let step = 0; step < 3; step++) {
      const name = `Sql[app${start + step}]`
      const number = expected.get(name) ?? expected.size
      expected.set(name, number)
      expect(numberOf(names, name)).toBe(number)
    }
  }
  expect(names.names).toEqual([...expected.keys()])
})

it('takes no name that is not accepted, and goes on', () => {
  const names = interner((name) => name !== 'bad')
  expect(['a', 'bad', 'b', 'a', 'bad'].map((name) => numberOf(names, name))).toEqual([
    0, -1, 1, 0, -1,
  ])
  expect(names.names).toEqual(['a', 'b'])
})

it('tells names apart that have the same hash', () => {
  // 31 * 65 + 97 = 31 * 66 + 66
  const names = interner(() => true)
  expect(['Aa', 'BB', 'AaBB', 'BBAa', 'Aa'].map((name) => numberOf(names, name))).toEqual([
    0, 1, 2, 3, 0,
  ])
})
