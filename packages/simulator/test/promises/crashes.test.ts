import { expect, it } from 'vitest'
import { crashing } from '../resume/crashing.js'
import { crashOf } from './crash-of.js'
import { randomCase } from './random-scenario.js'
import { judgeCase, runCase } from './run-case.js'

/** CRASHES=n makes more of them; SEED=n replays one. */
const { CRASHES = '200', SEED } = process.env
const first = Number(SEED ?? 1)
const runs = SEED === undefined ? Number(CRASHES) : 1

it(`a run that is killed and resumed keeps its promises, whatever else goes wrong (${runs} seeds from ${first})`, async () => {
  let crashes = 0
  for (let seed = first; seed < first + runs; seed++) {
    const crash = crashOf(seed)
    const engine = crashing(crash, () => void crashes++)
    const violations = await runCase(seed, 'safety', engine).then(
      // A journal that is lost before the crash cannot tell the whole story.
      ({ violations: all, case: { own } }) =>
        all.filter(({ promise }) => promise !== 'R1' || own.loseStoreAt === undefined),
      (error: { code?: string }) => {
        // Before the first change there is nothing to resume, nor after the last event.
        if (/^resume-(untouched|journal|ended)$/.test(error.code ?? '')) return []
        throw error as Error
      },
    )
    expect(violations, `seed ${seed}, killed ${crash.where} ${crash.at}`).toEqual([])
  }
  expect(crashes).toBeGreaterThanOrEqual(Math.floor(runs / 3))
}, 3_600_000)

it(`so does one whose store forgot the end of what it had acknowledged (${runs} seeds from ${first})`, async () => {
  let crashes = 0
  for (let seed = first; seed < first + runs; seed++) {
    const random = randomCase(seed, 'safety')
    // Who lost the record of a try that failed tries once more.
    if ((random.options.failures?.retries ?? 0) > 0) continue
    const crash = { ...crashOf(seed), lost: 1 + (seed % 8) }
    const told = `seed ${seed}, killed ${crash.where} ${crash.at}, ${crash.lost} appends lost`
    const own = { ...random.own, crash }
    const { violations, met } = await judgeCase(seed, 'safety', { ...random, own }).catch(
      (error: unknown) => {
        throw new Error(told, { cause: error })
      },
    )
    if (met.has('journal-cut')) crashes++
    expect(violations, told).toEqual([])
  }
  expect(crashes).toBeGreaterThanOrEqual(Math.floor(runs / 3))
}, 3_600_000)
