import type { Violation } from '../../src/checker/check.js'
import type { Mode } from './modes.js'
import { runCase } from './run-case.js'
import { shrink, type Shrunk } from './shrink.js'
import { count, newTally, type Tally } from './tally.js'

/** Seeds one after the other, from `first` on. */
export interface Trials {
  readonly mode: Mode
  readonly first: number
  readonly runs: number
}

export interface Failure {
  readonly mode: Mode
  readonly seed: number
  /** Or the error with which the run ended, which no run does. */
  readonly violations: readonly Violation[]
  readonly shrunk: Shrunk | null
}

export interface Tried {
  readonly tally: Tally
  readonly failures: readonly Failure[]
}

/** Runs the seeds; a failure does not end it. */
export async function tryAll({ mode, first, runs }: Trials): Promise<Tried> {
  const tally = newTally()
  const failures: Failure[] = []
  for (let seed = first; seed < first + runs; seed++) {
    try {
      const result = await runCase(seed, mode)
      count(tally, result)
      const { violations } = result
      if (violations.length > 0)
        failures.push({ mode, seed, violations, shrunk: await shrink(result) })
    } catch (error) {
      tally.runs++
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      failures.push({ mode, seed, violations: [{ promise: 'L1', message }], shrunk: null })
    }
  }
  return { tally, failures }
}
