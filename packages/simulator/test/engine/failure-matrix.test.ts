import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@choirmaster/core'
import { FAULTS } from '../../src/faults/registry.js'
import { expected, FAILURE_MATRIX } from './failure-matrix.js'
import { LAMP, simulate, violations } from './simulate.js'

/** Shorter than the usual ones, so that hangs and silences cost fewer questions. */
const LIMITS = { ...DEFAULT_LIMITS, run: 900_000, drain: 300_000, silence: 300_000 }

describe('a fault on one node of LAMP', () => {
  it.each(FAILURE_MATRIX.map((row) => [JSON.stringify(row[0]), row] as const))(
    '%s',
    async (_, row) => {
      const [fault, { result, exit, others, database, left }] = row
      const simulated = await simulate({
        plan: LAMP,
        scenario: { defaults: { run: 20, changes: 1 }, nodes: { dev2: [fault] } },
        options: { limits: LIMITS },
      })
      const { report } = simulated
      const of = (name: string): string => {
        const { result: ended, lock } = report.nodes[name] ?? {}
        return `${ended} ${lock}`
      }
      const own = report.nodes['dev2']
      expect(`${own?.result} ${own?.code} ${own?.lock}`).toBe(expected(row))
      expect({
        result: report.result,
        exit: report.exit,
        others: of('dev3'),
        database: of('dev1'),
        left: Object.keys(report.left_disabled),
      }).toEqual({ result, exit, others, database, left })
      expect(of('dev4')).toBe(others)
      expect(violations(simulated)).toEqual([])
    },
  )

  it('is each fault of the registry', () => {
    const tried = new Set(FAILURE_MATRIX.map(([{ fault }]) => fault))
    expect([...FAULTS.keys()].filter((name) => !tried.has(name))).toEqual([])
  })
})

describe('a fault of the node that all others depend on', () => {
  it.each([
    ['failed-resources', 'failed'],
    ['compile-failure', 'failed'],
    ['hangs', 'unknown'],
    ['bad-summary', 'unknown'],
    ['never-starts', 'failed'],
  ])('%s: the others are skipped because of it, and stay disabled', async (fault, result) => {
    const simulated = await simulate({
      plan: LAMP,
      scenario: { nodes: { dev1: [{ fault }] } },
      options: { limits: LIMITS },
    })
    const { report } = simulated
    expect(report.nodes['dev1']?.result).toBe(result)
    for (const name of ['dev2', 'dev3', 'dev4']) {
      expect(report.nodes[name]).toMatchObject({ result: 'skipped', because: 'dev1', lock: 'ours' })
    }
    expect(report).toMatchObject({ result: 'failed', exit: 7 })
    expect(violations(simulated)).toEqual([])
  })
})
