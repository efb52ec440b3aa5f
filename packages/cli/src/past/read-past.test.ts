import { expect, it } from 'vitest'
import { pastStore } from '../../test/past-store.js'
import { readPast } from './read-past.js'

const SIMULATED = 'choria=simulator.mcollective'

it('takes the times of proven real runs, newest first', async () => {
  const store = await pastStore(
    { seconds: { a: 10, b: 20 } },
    { seconds: { a: 99 }, result: 'failed' },
    { seconds: { a: 98 }, result: 'unchanged', noop: true },
    { seconds: { a: 97 }, by: SIMULATED },
    { seconds: { a: 30 }, result: 'unchanged' },
  )
  const { runs, before } = await readPast(store, { simulated: SIMULATED })
  expect(Object.fromEntries(runs)).toEqual({
    a: [
      { seconds: 10, sinceRequest: 13 },
      { seconds: 30, sinceRequest: 33 },
    ],
    b: [{ seconds: 20, sinceRequest: 23 }],
  })
  expect(before).toBeUndefined()
})

it('reads the newest ten runs', async () => {
  const told = Array.from({ length: 13 }, (_, i) => ({ seconds: { a: i }, noop: i === 2 }))
  const { runs } = await readPast(await pastStore(...told), { simulated: SIMULATED })
  expect(runs.get('a')?.map(({ seconds }) => seconds)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 10])
})

it('ends when time is up, with what was read and what the newest run knew', async () => {
  const past = { runs: 7, spread: [40], nodes: [null, 40] }
  const store = await pastStore({ seconds: { a: 10, b: 20 }, past }, { seconds: { c: 30 } })
  let now = 0
  // Each look at the clock takes a second: the list, the first node, the second.
  const sleepUntil = (): Promise<void> => new Promise(() => {})
  const clock = { now: () => now++, sleepUntil, hold: <T>(work: T) => work }
  const until = { clock: clock as never, at: 2 }
  const { runs, before } = await readPast(store, { simulated: SIMULATED, until })
  expect([...runs.keys()]).toEqual(['a'])
  expect(before).toEqual({ nodes: ['a', 'b'], past })
})

it.each(['list', 'open'] as const)(
  'waits no longer for a store that does not answer: %s',
  async (what) => {
    const silent = new Promise<never>(() => {})
    const store = await pastStore({ seconds: { a: 10 } })
    const slow = {
      ...store,
      ...(what === 'open' && { open: () => silent }),
      ...(what === 'list' && {
        list: () => ({ [Symbol.asyncIterator]: () => ({ next: () => silent }) }),
      }),
    } as typeof store
    let now = 0
    const sleepUntil = async (at: number): Promise<void> => void (now = at)
    const clock = { now: () => now, sleepUntil, hold: <T>(work: T) => work }
    const read = await readPast(slow, { simulated: SIMULATED, until: { clock, at: 2 } })
    expect(read).toEqual({ runs: new Map(), before: undefined })
  },
)
