import { executeRun, readOpenOn, type Waiting } from '@choirmaster/core'
import { runPlan, type MemoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { RUN, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const NEXT = '20261122T020100-next01'
const AB = runPlan([['a', 'b']], [], { 'App[x]': ['a'], 'App[y]': ['b'] })
const B = runPlan([['b']], [], { 'App[y]': ['b'] })
const scenario = { defaults: { run: 5, changes: 1 } }
const MONTH_MS = 30 * 86_400_000

it.each([false, true])(
  'a run that was killed a month ago keeps nobody from enabling its nodes (weak store: %s)',
  async (weakStore) => {
    const found: number[] = []
    await simulate({
      ...{ plan: B, weakStore, scenario },
      engine: (input) =>
        crashing(
          { where: 'as the request leaves', at: 4 },
          () => undefined,
          async ({ store, clock, agent }) => {
            const call = { signal: input.hard }
            await (store as MemoryStore).unlock(RUN, call)
            for (const later of [0, MONTH_MS]) {
              await clock.sleepUntil(clock.now() + later, input.hard)
              const open = await readOpenOn(['b'], store, clock.now(), agent.openFor, call)
              found.push(open.length)
            }
            return executeRun({ ...input, run: NEXT, store })
          },
        )(input),
    })
    expect(found).toEqual([1, 0])
  },
)

it('a run of which some nodes are being enabled is waited for on the others (S5, S16)', async () => {
  const waited: Waiting[] = []
  const { report } = await simulate({
    plan: AB,
    scenario: {
      ...scenario,
      nodes: {
        b: [{ fault: 'late-effect', actions: ['disable'], after_calls: 1, times: 1, seconds: 79 }],
      },
    },
    engine: (input) =>
      crashing(
        { where: 'as the request leaves', at: 10 },
        () => undefined,
        async ({ store }) => {
          // As `enable --run RUN --node a` does.
          const holder = { run: RUN, at: '', by: 'ann', environment: '', nodes: 1 }
          await store.lock(['a'], holder, { signal: input.hard })
          const onWait = (one: Waiting): void => void waited.push(one)
          return executeRun({ ...input, plan: B, store, run: NEXT, onWait })
        },
      )(input),
  })
  expect(waited).toMatchObject([{ why: 'sent-last', run: RUN }])
  expect(report.result).toBe('refused')
})
