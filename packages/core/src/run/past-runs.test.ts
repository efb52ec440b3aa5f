import { describe, expect, it } from 'vitest'
import { seededRandom } from '../testing/index.js'
import { expectedBy, pastRunsOf } from './past-runs.js'

const SEED = 3

/** Runs of nodes, log-normal with the median 60 s: sigma of a node's runs, and of the nodes. */
function runsOf(nodes: number, each: number, sigma: number, apart: number): number[][] {
  const random = seededRandom(SEED)
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return Array.from({ length: nodes }, () => {
    const own = 60 * Math.exp(apart * normal())
    return Array.from({ length: each }, () => own * Math.exp(sigma * normal()))
  })
}

describe('what past runs tell', () => {
  it('is nothing where there is none', () => {
    expect(pastRunsOf([])).toBeUndefined()
    expect(pastRunsOf([[], []])).toBeUndefined()
  })

  it('is whole seconds, few of all runs, and null of a node without a past', () => {
    const past = pastRunsOf([...runsOf(2_000, 3, 0.5, 0.5), []])
    expect(past?.runs).toBe(6_000)
    expect(past?.nodes).toHaveLength(2_001)
    expect(past?.nodes[2_000]).toBeNull()
    expect(past?.spread).toHaveLength(100)
    expect(past?.spread).toEqual(past?.spread.toSorted((a, b) => a - b))
    const numbers = [...(past?.spread ?? []), ...(past?.nodes ?? []).filter((n) => n !== null)]
    expect(numbers.every((one) => Number.isInteger(one) && one >= 1)).toBe(true)
    // A tail of 2 % is in it, and bytes of the journal are few.
    expect(
      pastRunsOf(Array.from({ length: 1_000 }, (_, i) => [i < 20 ? 600 : 60]))?.spread,
    ).toEqual([...Array<number>(98).fill(60), 600, 600])
    expect(JSON.stringify(past).length).toBeLessThan(4 * 2_000 + 500)
  })

  it('takes the runs of one node for chance where nodes do not differ lastingly', () => {
    const past = pastRunsOf(runsOf(2_000, 5, 0.5, 0))
    expect(Math.min(...expectedBy(past!).seconds), `seed ${SEED}`).toBeGreaterThan(50)
    expect(Math.max(...expectedBy(past!).seconds), `seed ${SEED}`).toBeLessThan(72)
  })

  it('believes them where they do, the more the more there are', () => {
    const one = pastRunsOf([[30], [120], [60], [60]])
    expect(one?.nodes[1]).toBeLessThan(120)
    expect(one?.nodes[1]).toBeGreaterThan(60)
    const lasting = pastRunsOf(runsOf(2_000, 10, 0.2, 0.8).concat([Array<number>(10).fill(600)]))
    expect(lasting?.nodes[2_000]).toBeGreaterThan(550)
    // What sets nodes apart is no spread of the runs of a node.
    expect(lasting?.spread[5]).toBeGreaterThan(40)
    expect(lasting?.spread[94]).toBeLessThan(100)
  })

  it('gives nodes without a past the weight of the median', () => {
    const past = { runs: 3, spread: [10, 20, 90], nodes: [10, null, 20, 90] }
    expect(expectedBy(past)).toEqual({ seconds: [10, 20, 20, 90], factors: [0.5, 1, 1, 4] })
  })

  it('falls back on what was known before, for nodes of which nothing newer is', () => {
    const before = { runs: 300, spread: [10, 20, 30], nodes: [10, 20, null] }
    const past = pastRunsOf([[60], [], []], before)
    expect(past?.runs).toBe(301)
    expect(past?.nodes).toEqual([60, 20, null])
    expect(new Set(past?.spread)).toEqual(new Set([10, 20, 30]))
    expect(pastRunsOf([[], [], []], before)?.nodes).toEqual(before.nodes)
  })
})

it('what a node says of its run times is kept as it is, however absurd, and is no more than a day', () => {
  const past = pastRunsOf([[Number.MAX_VALUE], [Number.MAX_VALUE, 1], [30, 40, 50], [30], []])
  // A run that is resumed reads it from its journal.
  expect(JSON.parse(JSON.stringify(past))).toEqual(past)
  expect(Math.max(...(past?.spread ?? []), ...(past?.nodes ?? []).map(Number))).toBe(86_400)
})
