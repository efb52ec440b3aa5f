import { expect, it } from 'vitest'
import {
  executeRun,
  type Clock,
  type Journal,
  type RunEvent,
  type RunInput,
  type Waiting,
} from '@choirmaster/core'
import { runPlan, type MemoryStore } from '@choirmaster/core/testing'
import { lockOf, RUN, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const NEXT = '20261122T020100-next01'
const ONE = runPlan([['b']], [], { 'App[x]': ['b'] })

/** The first disable acts 79 s after it was sent. */
const LATE = {
  defaults: { run: 5, changes: 1 },
  nodes: {
    b: [{ fault: 'late-effect', actions: ['disable'], after_calls: 1, times: 1, seconds: 79 }],
  },
} as const

type Again = Pick<RunInput, 'plan' | 'hard'>

/**
 * The first disable of a run acts 79 s after it was sent, when the run has long been given up by a hard interrupt.
 * @param waits told when the next run begins to wait
 */
async function begunAgain(again: Partial<Again> = {}, waits?: (clock: Clock) => void) {
  const waited: Waiting[] = []
  const simulated = await simulate({
    plan: ONE,
    scenario: LATE,
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

/**
 * A run is killed as its first disable leaves, and its lock taken away.
 * @param after ms until the next one begins
 */
async function begunAfterDeath(after: number, weakStore = false, again: Partial<Again> = {}) {
  const waited: Waiting[] = []
  const read: string[] = []
  const simulated = await simulate({
    ...{ plan: ONE, scenario: LATE, weakStore },
    engine: (input) =>
      crashing(
        { where: 'as the request leaves', at: 4 },
        () => undefined,
        async ({ store, clock }) => {
          await (store as MemoryStore).unlock(RUN, { signal: input.hard })
          await clock.sleepUntil(clock.now() + after, input.hard)
          const open: typeof store.open = (run, call) => {
            read.push(run)
            return store.open(run, call)
          }
          const onWait = (waiting: Waiting): void => void waited.push(waiting)
          return executeRun({ ...input, ...again, store: { ...store, open }, run: NEXT, onWait })
        },
      )(input),
  })
  simulated.fleet.settle(simulated.clock.now() + 600_000)
  return { simulated, waited, read }
}

it.each([false, true])(
  'waits for what a killed run sent last, whose lock was taken away (weak store: %s) (S5, S16)',
  async (weakStore) => {
    const { simulated, waited } = await begunAfterDeath(0, weakStore)
    expect(waited).toMatchObject([{ why: 'sent-last', run: RUN }])
    expect(simulated.report.result).toBe('refused')
    expect(lockOf(simulated, 'b')).toContain(RUN)
  },
)

it('is kept up by no other nodes of a killed run', async () => {
  const plan = runPlan([['c']], [], { 'App[x]': ['c'] })
  const { simulated, waited } = await begunAfterDeath(0, true, { plan })
  expect(waited).toEqual([])
  expect(simulated.report.result).toBe('succeeded')
})

it.each([false, true])(
  'a run that never ended is neither waited for nor read once nothing can act (weak store: %s)',
  async (weakStore) => {
    const { waited, read } = await begunAfterDeath(300_000, weakStore)
    expect({ waited, read }).toEqual({ waited: [], read: [] })
  },
)

it('waits for a run that was given up and could not write so, as its disk was full (S5, S16)', async () => {
  const waited: Waiting[] = []
  const simulated = await simulate({
    plan: ONE,
    scenario: LATE,
    async engine(input) {
      const { clock, store } = input
      const hard = new AbortController()
      let isFull = false
      const after = async (ms: number, act: () => void): Promise<void> => {
        await clock.sleepUntil(clock.now() + ms, new AbortController().signal)
        act()
      }
      const full = (journal: Journal): Journal => ({
        ...journal,
        async append(...args) {
          if (isFull) throw new Error('no space left on device')
          await journal.append(...args)
        },
      })
      const onEvents = (batch: readonly RunEvent[]): void => {
        if (!batch.some(({ type }) => type === 'intent')) return
        void after(1_000, () => (isFull = true))
        void after(3_000, () => hard.abort('SIGINT'))
      }
      const first = await executeRun({
        ...{ ...input, onEvents, hard: hard.signal },
        store: { ...store, create: async (...args) => full(await store.create(...args)) },
      })
      expect(first.left_disabled).toHaveProperty('b')
      return executeRun({ ...input, run: NEXT, onWait: (waiting) => void waited.push(waiting) })
    },
  })
  simulated.fleet.settle(simulated.clock.now() + 600_000)
  expect(waited).toMatchObject([{ why: 'sent-last', run: RUN }])
  expect(simulated.report.result).toBe('refused')
  expect(lockOf(simulated, 'b')).toContain(RUN)
})
