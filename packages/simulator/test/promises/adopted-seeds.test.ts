import { expect, it } from 'vitest'
import { unlessNothingToResume } from '../resume/nothing-to-resume.js'
import { judgeAdoption } from './judge-adoption.js'
import { randomAdoption } from './random-adoption.js'
import { runAdoption } from './run-adoption.js'

/** SEED=n replays one; RUNS=n makes more of them, from FIRST=n on. */
const { SEED, RUNS = '100', FIRST = '1' } = process.env
const first = Number(SEED ?? FIRST)
const runs = SEED === undefined ? Number(RUNS) : 1
/** More than these are a list and no hint. */
const MOST_TOLD = 10

it(`a run that takes over the nodes of one that ended in any way tells the truth (${runs} seeds from ${first})`, async () => {
  const failures: string[] = []
  let adopted = 0
  for (let seed = first; seed < first + runs; seed++) {
    try {
      const ended = await unlessNothingToResume(runAdoption(randomAdoption(seed)))
      if (ended === null) continue
      adopted++
      const told = judgeAdoption(ended)
      if (told.length > 0) failures.push(`SEED=${seed}: ${told.join('; ')}`)
    } catch (error) {
      failures.push(`SEED=${seed}: ${String(error)}`)
    }
  }
  expect(failures.slice(0, MOST_TOLD).join('\n')).toBe('')
  expect(adopted).toBeGreaterThan(SEED === undefined ? runs / 2 : 0)
}, 3_600_000)
