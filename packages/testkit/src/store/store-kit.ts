import { deepEqual, equal, match } from 'node:assert/strict'
import { isCodedError, type RunEvent, type RunHeader, type RunStore } from '@choirmaster/core'
import { CALL, collect, type Declare, failure } from '../kit.js'

export interface StoreUnderTest {
  readonly store: RunStore
  /** The same store as another process sees it; absent: it is in one process only. */
  reopen?(): Promise<RunStore>
}

/**
 * What every run store must do.
 * @param make a store that holds nothing, a new one at each call
 */
export function storeKit(test: Declare, make: () => Promise<StoreUnderTest>): void {
  test('gives back the events that were appended, in order, from any one on', async () => {
    const { store } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(3), 0, CALL)
    await journal.append(events(2), 3, CALL)
    const all = [...events(3), ...events(2)]
    deepEqual(await collect(journal.read(0, CALL)), all)
    deepEqual(await collect(journal.read(4, CALL)), all.slice(4))
    deepEqual(await collect(journal.read(5, CALL)), [])
    await journal.close?.()
  })

  test('a run that was created is found by another reader', async () => {
    const { store, reopen } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(2), 0, CALL)
    const other = reopen === undefined ? store : await reopen()
    const again = await other.open('run-a', CALL)
    deepEqual(await collect(again.read(0, CALL)), events(2))
    await again.close?.()
    await journal.close?.()
  })

  test('refuses a sequence that is taken, and one that leaves a gap', async () => {
    const { store } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(2), 0, CALL)
    await failure(() => journal.append(events(1), 1, CALL))
    const { store: second } = await make()
    const gap = await second.create(header('run-b'), CALL)
    await failure(() => gap.append(events(1), 1, CALL))
    deepEqual(await collect(journal.read(0, CALL)), events(2))
    await gap.close?.()
    await journal.close?.()
  })

  test('lists runs, the newest first', async () => {
    const { store } = await make()
    for (const run of ['run-a', 'run-b', 'run-c']) {
      const journal = await store.create(header(run), CALL)
      await journal.close?.()
    }
    deepEqual(
      (await collect(store.list(CALL))).map(({ run }) => run),
      ['run-c', 'run-b', 'run-a'],
    )
  })

  test('an unknown run is a coded error that names it', async () => {
    const { store } = await make()
    const error = await failure(() => store.open('run-nobody', CALL))
    equal(isCodedError(error), true)
    match(error.message, /run-nobody/)
  })

  test('two runs never hold the same node, and disjoint runs go side by side', async () => {
    const { store, reopen } = await make()
    const other = reopen === undefined ? store : await reopen()
    const lease = await store.lock(['a', 'b'], header('run-a'), CALL)
    const disjoint = await other.lock(['c'], header('run-b'), CALL)
    const error = await failure(() => other.lock(['b', 'd'], header('run-c'), CALL))
    match(error.message, /run-a/)
    await lease.release()
    const after = await other.lock(['b', 'd'], header('run-c'), CALL)
    await after.release()
    await disjoint.release()
  })
}

function header(run: string): RunHeader {
  const minute = run.charCodeAt(run.length - 1) % 60
  return {
    run,
    at: new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString(),
    by: 'choria=kit.mcollective',
    environment: 'production',
    nodes: 2,
  }
}

function events(count: number): RunEvent[] {
  return Array.from({ length: count }, (_, i): RunEvent => ({
    type: 'started',
    at: 1_000 + i,
    nodes: [i],
  }))
}
