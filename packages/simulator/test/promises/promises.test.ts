import { describe, expect, it } from 'vitest'
import { executeRun } from '@choirmaster/core'
import { MODES } from './modes.js'
import { isRepeatable } from './run-case.js'
import { merge, newTally, rare } from './tally.js'
import { tryAll, type Failure } from './trials.js'

/** SEED=n replays one run; RUNS=n makes more of them, from FIRST=n on. `npm run simulate` makes many more. */
const { SEED, RUNS = '600', FIRST = '1' } = process.env
const first = Number(SEED ?? FIRST)
const runs = SEED === undefined ? Number(RUNS) : 1
/** More broken promises than these are a list and no hint. */
const MOST_TOLD = 5
/** A fault that fewer met is taken for one that was not tried. */
const LEAST_HITS = SEED === undefined ? 3 : 0

const tally = newTally()

const tell = ({ mode, seed, ...failure }: Failure): string =>
  `SEED=${seed} npx vitest run packages/simulator/test/promises -t ${mode}\n${JSON.stringify(failure, null, 1)}`

describe.each(MODES)('%s', (mode) => {
  it(`keeps its promises on ${runs} seeded runs from seed ${first}`, async () => {
    const tried = await tryAll({ mode, first, runs })
    merge(tally, tried.tally)
    expect(tried.failures.slice(0, MOST_TOLD).map(tell).join('\n')).toBe('')
  }, 3_600_000)
})

it('has met every fault of the fleet, and every trouble of our own side, more than once', () => {
  expect(rare(tally, LEAST_HITS)).toEqual([])
})

it('the same seed gives the same journal, byte for byte (R5)', async () => {
  for (let seed = first; seed < first + 20; seed++) {
    expect(await isRepeatable(seed, executeRun), `seed ${seed}`).toBe(true)
  }
})
