import { executeRun, type RunInput, type RunStore, type Trouble } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { lockOf, simulate } from './simulate.js'

const PLAN = runPlan([['a']], [], { 'A[a]': ['a'] })
const FAILING = {
  plan: PLAN,
  scenario: { nodes: { a: [{ fault: 'failed-resources' as const }] } },
}

/** The store lets go of its lock so, and of its journal as ever. */
const lettingGo =
  (release: () => Promise<void>, told: Trouble[], change: Partial<RunStore> = {}) =>
  (input: RunInput) =>
    executeRun({
      ...input,
      onTrouble: (trouble) => void told.push(trouble),
      store: {
        ...input.store,
        lock: async (...args) => ({ ...(await input.store.lock(...args)), release }),
        ...change,
      },
    })

it('a lock that cannot be given back hides nothing of how the run ended, and is told (S5)', async () => {
  const told: Trouble[] = []
  const release = (): Promise<void> => Promise.reject(new Error('no space left on device'))
  const simulated = await simulate({ ...FAILING, engine: lettingGo(release, told) })
  expect(lockOf(simulated, 'a')).toBeDefined()
  expect(simulated.report).toMatchObject({
    result: 'failed',
    exit: 7,
    left_disabled: { a: { lock: 'ours' } },
  })
  expect(told).toEqual([{ why: 'not-given-back', message: 'no space left on device' }])
})

it('a store that never lets go keeps the report for seconds only', async () => {
  const told: Trouble[] = []
  const silent = async (input: RunInput) => {
    const { clock } = input
    // As the machine's own clock: time goes on while the store is asked.
    const real = { ...clock, hold: <T>(work: Promise<T>) => work }
    return lettingGo(() => new Promise(() => undefined), told)({ ...input, clock: real })
  }
  const { report } = await simulate({ ...FAILING, engine: silent })
  expect(report.result).toBe('failed')
  expect(told).toEqual([{ why: 'not-given-back', message: 'the store does not answer' }])
})

it('a store that cannot list its runs says so, and keeps nobody from a run', async () => {
  const told: Trouble[] = []
  const list: RunStore['list'] = () => {
    throw new Error('record 7 is damaged')
  }
  const engine = lettingGo(async () => undefined, told, { list })
  const { report } = await simulate({ plan: PLAN, engine })
  expect(report.result).toBe('succeeded')
  expect(told).toEqual([{ why: 'ended-unknown', message: 'record 7 is damaged' }])
})
