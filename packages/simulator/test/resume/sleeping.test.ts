import { describe, expect, it } from 'vitest'
import { LAMP, simulate, started, violations } from '../engine/simulate.js'
import { sleeping, type Sleep, type Slept } from './sleeping.js'

/** More than any of these runs has points; the last ones do not happen. */
const ENOUGH = 400
const WHERE: readonly Sleep['where'][] = [
  'after the append',
  'signed, not sent',
  'before the answer',
]

describe.each(WHERE)('a process that is stopped %s and taken over meanwhile (S17)', (where) => {
  it.each(['taken over', 'ended'] as const)(
    'sends nothing when it wakes up once the run is %s',
    async (until) => {
      let sleeps = 0
      for (let at = 1; at <= ENOUGH; at++) {
        let slept: Slept | undefined
        const engine = sleeping({ where, at, until }, (it) => void (slept = it))
        let refused: string | undefined
        const outcome = await simulate({ plan: LAMP, engine }).catch((error: { code?: string }) => {
          refused = error.code
          expect(refused, `${where} ${at}`).toMatch(/^resume-(untouched|journal|ended)$/)
        })
        if (slept === undefined) break
        sleeps++
        const { sleeper, sent } = slept as Slept
        // Without a journal nobody can take over, and who wakes up goes on.
        if (refused !== 'resume-journal') {
          expect(sent, `${where} ${at}: requests after it woke up`).toBe(0)
        }
        // Before the first change there is nothing to go on with.
        if (outcome === undefined) continue
        // At the very end there was nothing left to do but to write it down.
        if (sleeper.result !== 'succeeded') {
          expect(sleeper.reason, `${where} ${at}`).toContain('was taken over')
        }
        expect(violations(outcome), `${where} ${at}`).toEqual([])
        expect(outcome.report.result, `${where} ${at}`).toBe('succeeded')
        expect(started(outcome.log).length, `${where} ${at}`).toBe(LAMP.nodes.length)
      }
      expect(sleeps).toBeGreaterThan(20)
    },
    // Each is a run of the whole engine at each of up to a hundred points.
    120_000,
  )
})
