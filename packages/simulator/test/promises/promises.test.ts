import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.js'

/** Replay one: SEED=n npx vitest run packages/simulator/test/promises; more: RUNS=n. */
const FIRST = Number(process.env['SEED'] ?? 1)
const RUNS = process.env['SEED'] === undefined ? Number(process.env['RUNS'] ?? 300) : 1

describe.each(['safety', 'liveness'] as const)('%s', (mode) => {
  it(`keeps its promises on ${RUNS} seeded runs`, async () => {
    const broken: string[] = []
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      const { violations, case: random } = await runCase(seed, mode)
      if (violations.length > 0 && broken.length < 5) {
        broken.push(
          `seed ${seed}: ${JSON.stringify({ violations, nodes: random.scenario.nodes }, null, 1)}`,
        )
      }
    }
    expect(broken.join('\n')).toBe('')
  }, 600_000)
})
