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

it('gives the same numbers to lists that repeat an order, with new and refused names among them', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed)
    const names = interner((name) => !name.startsWith('bad'))
    const asked = numbering(names)
    const expected = new Map<string, number>()
    const numbers: number[] = []
    let place = 0
    for (let round = 0; round < 5000; round++) {
      // A step back or away now and then, so that some batches are in order and some are not.
      const jumps = round % 1500 < 1000 ? 0.1 : 0.8
      place = random.next() < jumps ? integerBelow(random, 3000) : place + 1
      const name = `${random.next() < 0.01 ? 'bad' : 'Sql'}[app${place}]`
      const isBad = name.startsWith('bad')
      const number = isBad ? 0xffffffff : (expected.get(name) ?? expected.size)
      if (!isBad) expected.set(name, number)
      numbers.push(number)
      ask(asked, name)
    }
    settle(asked)
    expect([...toArray(asked.numbers)], `seed ${seed}`).toEqual(numbers)
    expect(names.names, `seed ${seed}`).toEqual([...expected.keys()])
    expect(asked.failed, `seed ${seed}`).toBe(true)
  }
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
