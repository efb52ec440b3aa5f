import { describe, expect, it } from 'vitest'
import { batchesOf, resolvePace, type AskedPace } from './pace.js'

const PLAN = {
  nodes: Array.from({ length: 15 }, (_, n) => `n${n}`),
  groups: [
    [0, 1],
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  ],
}

describe('a pace that was asked for', () => {
  it.each<[string, AskedPace, object]>([
    ['numbers stay', { width: 20, batch: 5 }, { width: 20, batch: 5 }],
    ['a part of all nodes, rounded down', { width: '10%' }, { width: 1 }],
    ['at least one', { width: '1%' }, { width: 1 }],
    ['all', { width: '100%' }, { width: 15 }],
    ['a part of each group', { width: 20, batch: '50%' }, { width: 20, batch: [[1], [6]] }],
    [
      'a ramp',
      { width: 20, batch: [1, '10%', '50%'] },
      {
        width: 20,
        batch: [
          [1, 1, 1],
          [1, 1, 6],
        ],
      },
    ],
  ])('%s', (_, asked, resolved) => {
    expect(resolvePace(asked, PLAN)).toEqual(resolved)
  })
})

describe('the batches of a group', () => {
  it.each([
    [{ width: 20 }, 13, [13]],
    [{ width: 20, batch: 5 }, 13, [5, 5, 3]],
    [{ width: 20, batch: [[9], [1, 2, 6]] }, 13, [1, 2, 6, 4]],
    [{ width: 20, batch: [[9], [1, 2]] }, 7, [1, 2, 2, 2]],
    [{ width: 20, canary: 2 }, 13, [2, 11]],
    [{ width: 20, canary: 20 }, 13, [13]],
    [{ width: 20, canary: 1, batch: [[9], [2, 6]] }, 13, [1, 2, 6, 4]],
    [{ width: 20, batch: 5 }, 0, []],
  ])('%j of %i nodes: %j', (pace, nodes, sizes) => {
    expect(batchesOf(pace, 1, nodes)).toEqual(sizes)
  })
})
