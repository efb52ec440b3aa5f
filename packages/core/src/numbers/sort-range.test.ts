import { expect, it } from 'vitest'
import { integerBelow, seededRandom } from '../testing/index.js'
import { sortRange } from './sort-range.js'

it('sorts a range of any length and leaves the rest as it is', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const numbers = Uint32Array.from({ length: integerBelow(random, 100) }, () =>
      integerBelow(random, 50),
    )
    const start = integerBelow(random, numbers.length + 1)
    const end = start + integerBelow(random, numbers.length - start + 1)
    const expected = [
      ...numbers.slice(0, start),
      ...[...numbers.slice(start, end)].sort((a, b) => a - b),
      ...numbers.slice(end),
    ]
    sortRange(numbers, start, end)
    expect([...numbers], `seed ${seed}`).toEqual(expected)
  }
})
