import { afterAll, describe, expect, it } from 'vitest'
import { executeRun, type RunInput, type RunReport } from '@choirmaster/core'
import { isRepeatable, runCase, runKilled } from '../promises/run-case.js'
import { BROKEN_ENGINES } from './broken-engines.js'

/** Every promise that the checker judges, and those of a case. */
const PROMISES: readonly string[] = [
  ...[
    'S1',
    'S2',
    'S3',
    'S4',
    'S5',
    'S6',
    'S7',
    'S8',
    'S10',
    'S11',
    'S13',
    'S14',
    'S15',
    'S16',
    'S18',
  ],
  ...['L1', 'L2', 'L3', 'L5', 'R1', 'R2', 'R3', 'R4'],
]
/** An engine that survives so many seeded runs is taken for a good one. */
const SEEDS = 400

const table: string[] = []
afterAll(() => console.log(['broken engine: caught by, after so many runs', ...table].join('\n')))

describe('the checker catches', () => {
  it.each(BROKEN_ENGINES)(
    '$promise: $name',
    async ({ name, promise, mode = 'safety', ...broken }) => {
      const caught = new Set<string>()
      let seed = 0
      while (!caught.has(promise) && seed < SEEDS) {
        seed++
        const { violations } = await ('goOn' in broken
          ? runKilled(seed, mode, broken.goOn)
          : runCase(seed, mode, broken.engine))
        for (const violation of violations) caught.add(violation.promise)
      }
      table.push(`${name}: ${[...caught].sort().join(' ')}, ${seed}`)
      expect([...caught]).toContain(promise)
    },
    60_000,
  )

  it('R5: how many nodes run at once depends on chance', async () => {
    let runs = 0
    const moody = (input: RunInput): Promise<RunReport> =>
      executeRun({ ...input, options: { ...input.options, width: 1 + (runs++ % 2) } })
    const repeated: boolean[] = []
    for (let seed = 1; seed < 10; seed++) repeated.push(await isRepeatable(seed, moody))
    expect(repeated).toContain(false)
  })

  it('with each of its promises at least one of them', () => {
    expect([...new Set(BROKEN_ENGINES.map(({ promise }) => promise))].sort()).toEqual(
      [...PROMISES].sort(),
    )
  })
})
