import { expect, it } from 'vitest'
import { executeRun, type RunEvent, type Waiting } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { lockOf, RUN, simulate } from '../engine/simulate.js'

const NEXT = '20261122T020100-next01'
const ONE = runPlan([['b']], [], { 'App[x]': ['b'] })

/** The first disable of a run acts 79 s after it was sent, when the run has long been given up by a hard interrupt. */
async function begunAgain(plan = ONE) {
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
      return executeRun({ ...input, plan, run: NEXT, onWait: (waiting) => waited.push(waiting) })
    },
  })
  simulated.fleet.settle(simulated.clock.now() + 600_000)
  return { simulated, waited }
}

it('a run waits for what a run that was given up a moment ago sent last to its nodes (S5, S16)', async () => {
  const { simulated, waited } = await begunAgain()
  // By then it has acted, and the node is found disabled: nothing is touched.
  expect(waited).toMatchObject([{ why: 'sent-last', run: RUN }])
  expect(simulated.report.result).toBe('refused')
  expect(lockOf(simulated, 'b')).toContain(RUN)
})

it('is not kept up by what was sent to other nodes', async () => {
  const { simulated, waited } = await begunAgain(runPlan([['c']], [], { 'App[x]': ['c'] }))
  expect(waited).toEqual([])
  expect(simulated.report.result).toBe('succeeded')
})
