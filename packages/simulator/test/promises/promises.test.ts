import { describe, expect, it } from 'vitest'
import { executeRun } from '@choirmaster/core'
import { FAULTS } from '../../src/faults/registry.js'
import type { FleetLogEntry } from '../../src/index.js'
import { isRepeatable, runCase } from './run-case.js'

/** SEED=n replays one run; RUNS=n makes more of them, from FIRST=n on. */
const { SEED, RUNS = '600', FIRST = '1' } = process.env
const first = Number(SEED ?? FIRST)
const runs = SEED === undefined ? Number(RUNS) : 1
/** More broken promises than these are a list and no hint. */
const MOST_TOLD = 5
/** A fault that fewer runs met is taken for one that was not tried. */
const LEAST_HITS = SEED === undefined ? 3 : 0

/** How many nodes met a fault: those that it struck, or that were born with it. */
const hits = new Map<string, number>()

function count(log: readonly FleetLogEntry[]): void {
  for (const entry of log) {
    const struck =
      entry.what === 'fault'
        ? [entry.fault]
        : entry.what === 'node'
          ? entry.faults.filter((name) => FAULTS.get(name)?.strikes === 'always')
          : []
    for (const name of struck) hits.set(name, (hits.get(name) ?? 0) + 1)
  }
}

describe.each(['safety', 'liveness'] as const)('%s', (mode) => {
  it(`keeps its promises on ${runs} seeded runs from seed ${first}`, async () => {
    const broken: string[] = []
    for (let seed = first; seed < first + runs && broken.length < MOST_TOLD; seed++) {
      const told = await runCase(seed, mode).then(
        ({ violations, simulated, case: { scenario } }) => {
          count(simulated.log)
          return violations.length === 0 ? null : { violations, nodes: scenario.nodes }
        },
        (error: unknown) => String(error),
      )
      if (told === null) continue
      const replay = `SEED=${seed} npx vitest run packages/simulator/test/promises -t ${mode}`
      broken.push(`${replay}\n${JSON.stringify(told, null, 1)}`)
    }
    expect(broken.join('\n')).toBe('')
  }, 3_600_000)
})

it('has met every fault of the registry more than once', () => {
  const rare = [...FAULTS.keys()].filter((name) => (hits.get(name) ?? 0) < LEAST_HITS)
  expect(rare.map((name) => `${name}: ${hits.get(name) ?? 0}`)).toEqual([])
})

it('the same seed gives the same journal, byte for byte (R5)', async () => {
  for (let seed = first; seed < first + 20; seed++) {
    expect(await isRepeatable(seed, executeRun), `seed ${seed}`).toBe(true)
  }
})
