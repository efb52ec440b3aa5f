import { CodedError, type ReleaseReport, type RunReport, type RunStore } from '@choirmaster/core'
import { storeError } from '@choirmaster/core/provide'
import { memoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { changesOf, fakeWorld, type FakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Enable from './enable.js'
import Run from './run.js'

/** What the client of a broker throws: an error without a code of ours. */
const timeout = (): Error => Object.assign(new Error('TIMEOUT'), { code: 'TIMEOUT' })
const unreadable = (): Error =>
  new CodedError(
    'test-lock-unreadable',
    { title: 'Unreadable', hint: 'Look.', exit: 3 },
    { message: 'a lock cannot be read' },
  )

/** Enables what a run left disabled, with a store that has become another one. */
async function enable(other: (store: RunStore) => Promise<RunStore>, word?: string) {
  const store = memoryStore()
  const scenario = { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' } as const] } }
  const world = fakeWorld({ environment: LAMP, store, scenario })
  const first = await runCommand(Run, ['--yes', '--json'], world)
  const { run, left_disabled: left } = JSON.parse(first.out()) as RunReport
  const before = changesOf(world.fleet).length
  const openSession: FakeWorld['openSession'] = async (...asked) => ({
    ...(await world.openSession(...asked)),
    openStore: () => other(store),
  })
  const io = await runCommand(Enable, ['--run', word ?? run, '--yes', '--json'], { openSession })
  const sent = changesOf(world.fleet).slice(before)
  return { io, sent, run, left: Object.keys(left) }
}

/** The store, with another lease. */
const leasing =
  (change: (lease: Awaited<ReturnType<RunStore['lock']>>) => object) => (store: RunStore) =>
    Promise.resolve({
      ...store,
      lock: async (...asked: Parameters<RunStore['lock']>) => {
        const lease = await store.lock(...asked)
        return { ...lease, ...change(lease) }
      },
    })

it.each<[string, (store: RunStore) => Promise<RunStore>, string]>([
  [
    'locks nothing, with an error of nobody',
    (store) => Promise.resolve({ ...store, lock: () => Promise.reject(timeout()) }),
    'Whether another process acts for run RUN or on its nodes is not known: TIMEOUT',
  ],
  [
    'cannot read one of its locks',
    (store) => Promise.resolve({ ...store, lock: () => Promise.reject(unreadable()) }),
    'Whether another process acts for run RUN or on its nodes is not known: a lock cannot be read',
  ],
  [
    'gives no journal, with an error of nobody',
    (store) => Promise.resolve({ ...store, open: () => Promise.reject(timeout()) }),
    'What run RUN did last is not known here: TIMEOUT',
  ],
  [
    'cannot be opened',
    () => Promise.reject(timeout()),
    'Whether another process acts for run RUN or on its nodes is not known: TIMEOUT',
  ],
  [
    'does not say whether the lease is ours',
    leasing(() => ({ check: () => Promise.reject(timeout()) })),
    'Warning: Whether another process took run RUN over is not known: TIMEOUT',
  ],
  [
    'does not take the lock back',
    leasing((lease) => ({
      release: () => lease.release().then(() => Promise.reject(timeout())),
    })),
    'Warning: The run store could not be told that nobody holds the nodes any more: TIMEOUT',
  ],
])('enables the nodes and says what is not known where the store %s', async (_, other, warning) => {
  const { io, run, left } = await enable(other)
  const { nodes, left: stay } = JSON.parse(io.out()) as ReleaseReport
  for (const node of left) expect(nodes[node]?.result).toBe('enabled')
  expect(stay).toEqual([])
  expect(io.err()).toContain(warning.replace('RUN', run))
  expect(io.exitCode()).toBe(0)
})

it('sends nothing where the store knows that somebody else took the run over', async () => {
  const lost = storeError('store-lease-lost', { message: 'taken over', place: 'r' })
  const { sent } = await enable(leasing(() => ({ check: () => Promise.reject(lost) })))
  expect(sent).toEqual([])
})

it('asks for the whole name where the store cannot say which run is the last', async () => {
  const silent = (store: RunStore): Promise<RunStore> =>
    Promise.resolve({
      ...store,
      async *list() {
        yield await Promise.reject<never>(timeout())
      },
    })
  const { io, sent } = await enable(silent, 'last')
  expect(JSON.parse(io.out())).toMatchObject({
    error: {
      code: 'enable-run-unknown',
      message: 'The run store cannot say which run is the last: TIMEOUT',
    },
  })
  expect(io.exitCode()).toBe(1)
  expect(sent).toEqual([])
})
