import { expect, it } from 'vitest'
import {
  executeRun,
  type Clock,
  type RunEvent,
  type RunInput,
  type Waiting,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { lockOf, RUN, simulate } from '../engine/simulate.js'

const NEXT = '20261122T020100-next01'
const ONE = runPlan([['b']], [], { 'App[x]': ['b'] })

type Again = Pick<RunInput, 'plan' | 'hard'>

/**
 * The first disable of a run acts 79 s after it was sent, when the run has long been given up by a hard interrupt.
 * @param waits told when the next run begins to wait
 */
async function begunAgain(again: Partial<Again> = {}, waits?: (clock: Clock) => void) {
  const waited: Waiting[] = []
  const simulated = await simulate({
    plan: ONE,
    scenario: {
      defaults: { run: 5, changes: 1 },
      nodes: {
        b: [{ fault: 'late-effect', actions: ['disable'], after_calls: 1, times: 1, seconds: 79 }],
      },
    },
    async engine(input) {
      const hard = new AbortController()
      const onEvents = (batch: readonly RunEvent[]): void => {
        const sent = batch.some(({ type }) => type === 'intent')
        if (!sent) return
        const { clock } = input
        void clock
          .sleepUntil(clock.now() + 3_000, new AbortController().signal)
          .then(() => hard.abort('SIGINT'))
      }
      await executeRun({ ...input, onEvents, hard: hard.signal })
      const onWait = (waiting: Waiting): void => {
        waited.push(waiting)
        waits?.(input.clock)
      }
      return executeRun({ ...input, ...again, run: NEXT, onWait })
    },
  })
  const ended = simulated.clock.now()
  simulated.fleet.settle(ended + 600_000)
  return { simulated, waited, ended }
}

it('a run waits for what a run that was given up a moment ago sent last to its nodes (S5, S16)', async () => {
  const { simulated, waited } = await begunAgain()
  // By then it has acted, and the node is found disabled: nothing is touched.
  expect(waited).toMatchObject([{ why: 'sent-last', run: RUN }])
  expect(simulated.report.result).toBe('refused')
  expect(lockOf(simulated, 'b')).toContain(RUN)
})

it('is not kept up by what was sent to other nodes', async () => {
  const { simulated, waited } = await begunAgain({
    plan: runPlan([['c']], [], { 'App[x]': ['c'] }),
  })
  expect(waited).toEqual([])
  expect(simulated.report.result).toBe('succeeded')
})

it('a hard interrupt without a soft one ends the waiting (L5)', async () => {
  const hard = new AbortController()
  let interrupted = Infinity
  const { simulated, ended } = await begunAgain({ hard: hard.signal }, (clock) => {
    interrupted = clock.now() + 1_000
    const { signal } = new AbortController()
    void clock.sleepUntil(interrupted, signal).then(() => hard.abort('SIGINT'))
  })
  expect(ended - interrupted).toBeLessThan(1_000)
  expect(simulated.report.result).toBe('cancelled')
})
