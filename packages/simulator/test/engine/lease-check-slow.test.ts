import type { Clock, RunInput, RunReport } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { withLease } from './asked-lease.js'
import { entries, simulate, violations } from './simulate.js'

const { signal } = new AbortController()

/** The questions whether the lease is ours take so long: a broker without a leader, a process that stands still in it. */
const slowly =
  (
    seconds: (nth: number) => number,
    begun: (nth: number, clock: Clock) => void = () => undefined,
  ) =>
  (input: RunInput): Promise<RunReport> => {
    const { clock } = input
    // As the machine's own clock: time goes on while the store is asked.
    const real = { ...clock, hold: <T>(work: Promise<T>) => work }
    return withLease({ ...input, clock: real }, async (nth) => {
      const takes = seconds(nth) * 1000
      begun(nth, clock)
      if (takes > 0) await clock.sleepUntil(clock.now() + takes, signal)
    })
  }

const PLAN = runPlan([['a']], [], { 'A[a]': ['a'] })
const scenario = { defaults: { run: 10, changes: 1 } }

describe('the question whether the run is still ours takes long', () => {
  it('what was decided long ago does not leave (S4, S13)', async () => {
    for (let nth = 1; nth < 16; nth++) {
      const { report, wire } = await simulate({
        ...{ plan: PLAN, scenario },
        engine: slowly((one) => (one === nth ? 45 : 0)),
      })
      expect.soft(report.result, `question ${nth}`).toBe('succeeded')
      // One that was withdrawn is decided again, and has an intent of its own.
      const intended = wire.flatMap((entry) =>
        entry.what === 'durable' ? entry.events.filter(({ type }) => type === 'intent') : [],
      )
      const left = wire.filter((entry) => entry.what === 'request' && entry.changes)
      expect.soft(intended.length - left.length, `question ${nth}`).toBeLessThanOrEqual(1)
    }
  })

  it.each([3, 5.1, 6, 9])('%d s each time: the run goes on', async (seconds) => {
    const { report } = await simulate({ plan: PLAN, scenario, engine: slowly(() => seconds) })
    expect(report).toMatchObject({ result: 'succeeded', nodes: { a: { result: 'changed' } } })
  })

  it('25 s each time: the run ends, and says why', async () => {
    const { report } = await simulate({ plan: PLAN, scenario, engine: slowly(() => 25) })
    expect(report.reason).toMatch(/^nothing could be sent any more: it took \d+ s/)
  })

  it('what was stopped meanwhile does not leave, and nothing was requested then (S7, release rule)', async () => {
    for (let nth = 1; nth < 16; nth++) {
      let interrupt = (): void => undefined
      const simulated = await simulate({
        ...{ plan: PLAN, scenario },
        onEvents: (_, control) => {
          interrupt = () => control.interrupt('soft')
        },
        engine: slowly(
          (one) => (one === nth ? 5 : 0),
          (one, clock) => {
            if (one === nth)
              void clock.sleepUntil(clock.now() + 1_000, signal).then(() => interrupt())
          },
        ),
      })
      const found = violations(simulated).filter(({ promise }) => promise === 'S7')
      expect.soft(found, `question ${nth}`).toEqual([])
      if (entries(simulated.log, 'started').length > 0) continue
      expect.soft(simulated.report.left_disabled, `question ${nth}`).toEqual({})
    }
  })
})
