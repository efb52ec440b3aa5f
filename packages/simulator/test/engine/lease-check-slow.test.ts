import { executeRun, type RunInput, type RunReport } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

const { signal } = new AbortController()

/** The nth question whether the lease is ours takes so long: a broker without a leader, a process that stands still in it. */
const slowly =
  (nth: number, seconds: number, begun: () => void = () => undefined) =>
  (input: RunInput): Promise<RunReport> => {
    let asked = 0
    return executeRun({
      ...input,
      // As the machine's own clock: time goes on while the store is asked.
      clock: { ...input.clock, hold: (work) => work },
      store: {
        ...input.store,
        lock: async (...args) => {
          const lease = await input.store.lock(...args)
          return {
            ...lease,
            async check() {
              if (++asked === nth) {
                begun()
                await input.clock.sleepUntil(input.clock.now() + seconds * 1000, signal)
              }
              await lease.check()
            },
          }
        },
      },
    })
  }

/** Two questions each change, and one before a status after a pause: these come before a change is signed, so that no ttl keeps it from acting. */
const BEFORE_SIGNED = [1, 3, 5, 8, 10]

describe('the question whether the run is still ours takes long', () => {
  it('what was decided long ago does not leave (S4, S13)', async () => {
    for (const nth of BEFORE_SIGNED) {
      const simulated = await simulate({
        plan: runPlan([['a']], [], { 'A[a]': ['a'] }),
        scenario: { defaults: { run: 10, changes: 1 } },
        engine: slowly(nth, 45),
      })
      expect.soft(violations(simulated), `question ${nth}`).toEqual([])
    }
  })

  it('what was stopped meanwhile does not leave (S7)', async () => {
    for (const nth of [7, 9, 10, 11, 13]) {
      let interrupt = (): void => undefined
      const simulated = await simulate({
        plan: runPlan([['a']], [], { 'A[a]': ['a'] }),
        scenario: { defaults: { run: 10, changes: 1 } },
        onEvents: (_, control) => {
          interrupt = () => control.interrupt('soft')
        },
        engine: slowly(nth, 5, () => setImmediate(() => interrupt())),
      })
      const found = violations(simulated).filter(({ promise }) => promise === 'S7')
      expect.soft(found, `question ${nth}`).toEqual([])
    }
  })
})
