import { deepEqual, equal, match, ok } from 'node:assert/strict'
import {
  isCodedError,
  type Position,
  type RunEvent,
  type RunHeader,
  type RunStore,
} from '@choirmaster/core'
import { systemClock } from '@choirmaster/core/system'
import { CALL, collect, type Declare, failure } from '../kit.js'

/** The clocks of a store and of whoever tries it may be apart, ms: less than a run takes. */
const CLOCKS_APART_MS = 60_000

export interface StoreUnderTest {
  readonly store: RunStore
  /** The same store as another process sees it; absent: it is in one process only. */
  reopen?(): Promise<RunStore>
  /** Lets the holder of the run's lock look as if it had given no sign of life for as long as a lease lasts. */
  orphan(run: string): Promise<void>
}

/**
 * What every run store must do.
 * @param make a store that holds nothing, a new one at each call
 */
export function storeKit(test: Declare, make: () => Promise<StoreUnderTest>): void {
  test('gives back the events that were appended, in order, from any one on', async () => {
    const { store } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(3), at(0), CALL)
    await journal.append(events(2), at(3), CALL)
    const all = [...events(3), ...events(2)]
    deepEqual(await collect(journal.read(0, CALL)), all)
    deepEqual(await collect(journal.read(4, CALL)), all.slice(4))
    deepEqual(await collect(journal.read(5, CALL)), [])
    await journal.close?.()
  })

  test('a run that was created is found by another reader', async () => {
    const { store, reopen } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(2), at(0), CALL)
    const other = reopen === undefined ? store : await reopen()
    const again = await other.open('run-a', CALL)
    deepEqual(await collect(again.read(0, CALL)), events(2))
    await again.close?.()
    await journal.close?.()
  })

  test('refuses a sequence that is taken, and one that leaves a gap', async () => {
    const { store } = await make()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(2), at(0), CALL)
    await failure(() => journal.append(events(1), at(1), CALL))
    const { store: second } = await make()
    const gap = await second.create(header('run-b'), CALL)
    await failure(() => gap.append(events(1), at(1), CALL))
    deepEqual(await collect(journal.read(0, CALL)), events(2))
    await gap.close?.()
    await journal.close?.()
  })

  test('a journal is watched as it grows, by another reader, across a take-over', async () => {
    const { store, reopen, orphan } = await make()
    const other = reopen === undefined ? store : await reopen()
    const sleeper = await store.lock(['a'], header('run-a'), CALL)
    const journal = await store.create(header('run-a'), CALL)
    const watched = await other.open('run-a', CALL)
    const tail = watched.tail()
    const more = () => collect(tail.more(CALL))
    deepEqual(await more(), [])
    await journal.append(events(2), at(0), CALL)
    await journal.append(events(1), at(2), CALL)
    deepEqual(await more(), [
      { seq: 0, events: events(2) },
      { seq: 2, events: events(1) },
    ])
    deepEqual(await more(), [])
    await journal.append(events(3), at(3), CALL)
    deepEqual(await more(), [{ seq: 3, events: events(3) }])
    await journal.append(events(1), at(6), CALL)
    await orphan('run-a')
    const next = await other.lock(['a'], header('run-a'), CALL)
    const again = await other.open('run-a', CALL)
    await again.append(events(2), at(7, next.epoch), CALL)
    await failure(() => journal.append(events(1), at(7, sleeper.epoch), CALL))
    deepEqual(await more(), [
      { seq: 6, events: events(1) },
      { seq: 7, events: events(2) },
    ])
    await again.append(events(1), at(9, next.epoch), CALL)
    deepEqual(await more(), [{ seq: 9, events: events(1) }])
    // Who begins later sees the same, and reading from the start is not moved by watching.
    deepEqual(
      (await collect(watched.tail().more(CALL))).flatMap((part) => part.events),
      await collect(watched.read(0, CALL)),
    )
    for (const one of [again, watched, journal]) await one.close?.()
    await sleeper.release()
    await next.release()
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

  test('says of a run that did not end when it can have sent something last', async () => {
    const { store, reopen, orphan } = await make()
    const other = reopen === undefined ? store : await reopen()
    const sleeper = await store.lock(['a'], header('run-a'), CALL)
    const journal = await store.create(header('run-a'), CALL)
    const sent = systemClock().now()
    await journal.append([{ type: 'started', at: sent, nodes: [0] }], at(0), CALL)
    const [before] = await collect(other.list(CALL))
    equal(before?.ended, undefined)
    const last = Date.parse(before?.last ?? '')
    // Of the store's clock, not of when the run was created.
    ok(Math.abs(last - sent) < CLOCKS_APART_MS, `${before?.last ?? 'nothing'} is not about now`)
    await orphan('run-a')
    await other.unlock('run-a', CALL)
    const [after] = await collect(other.list(CALL))
    ok(Date.parse(after?.last ?? '') >= last, `${after?.last ?? 'nothing'} is before ${last}`)
    await sleeper.release()
    await journal.close?.()
  })

  test('says of a run that ended when and how', async () => {
    const { store, reopen } = await make()
    const other = reopen === undefined ? store : await reopen()
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(1), at(0), CALL)
    const ended = { at: Date.UTC(2026, 0, 2, 4), result: 'failed', exit: 5 } as const
    await journal.append([{ type: 'ended', ...ended }], at(1), CALL)
    deepEqual(await collect(other.list(CALL)), [
      { ...header('run-a'), ended: '2026-01-02T04:00:00.000Z', result: 'failed', exit: 5 },
    ])
    await journal.close?.()
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
    equal(codeOf(error), 'store-nodes-locked')
    match(error.message, /run-a/)
    await lease.release()
    const after = await other.lock(['b', 'd'], header('run-c'), CALL)
    await after.release()
    await disjoint.release()
  })

  test('of many that ask for a node at once exactly one gets it', async () => {
    const { store, reopen } = await make()
    const other = reopen === undefined ? store : await reopen()
    const runs = Array.from({ length: 8 }, (_, i) => `run-${String.fromCharCode(97 + i)}`)
    const asked = await Promise.allSettled(
      runs.map((run, i) => (i % 2 === 0 ? store : other).lock(['a', run], header(run), CALL)),
    )
    const leases = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    equal(leases.length, 1)
    for (const one of asked) {
      if (one.status === 'rejected') equal(codeOf(one.reason), 'store-nodes-locked')
    }
    await leases[0]?.release()
  })

  test('says who holds which nodes, and since when', async () => {
    const { store, reopen } = await make()
    const other = reopen === undefined ? store : await reopen()
    const lease = await store.lock(['a', 'b'], header('run-a'), CALL)
    const [held, ...more] = await collect(other.locks(CALL))
    equal(more.length, 0)
    deepEqual([held?.run, held?.epoch, held?.nodes, held?.gone], ['run-a', 1, ['a', 'b'], false])
    equal(held?.by, header('run-a').by)
    ok(
      !Number.isNaN(Date.parse(held?.since ?? '')) &&
        !Number.isNaN(Date.parse(held?.heartbeat ?? '')),
    )
    const error = await failure(() => other.unlock('run-a', CALL))
    equal(codeOf(error), 'store-lock-alive')
    await lease.release()
    deepEqual(await collect(other.locks(CALL)), [])
    equal(codeOf(await failure(() => other.unlock('run-a', CALL))), 'store-not-locked')
  })

  test('who takes a run over raises the epoch, and the holder before can neither write nor act', async () => {
    const { store, reopen, orphan } = await make()
    const other = reopen === undefined ? store : await reopen()
    const sleeper = await store.lock(['a', 'b'], header('run-a'), CALL)
    const journal = await store.create(header('run-a'), CALL)
    await journal.append(events(2), at(0, sleeper.epoch), CALL)
    await sleeper.check()
    equal(
      codeOf(await failure(() => other.lock(['a', 'b'], header('run-a'), CALL))),
      'store-nodes-locked',
    )
    await orphan('run-a')
    // Another run does not shut a sleeper out by itself.
    equal(
      codeOf(await failure(() => other.lock(['b'], header('run-b'), CALL))),
      'store-nodes-locked',
    )
    const next = await other.lock(['a', 'b'], header('run-a'), CALL)
    equal(next.epoch, sleeper.epoch + 1)
    const error = await failure(() => journal.append(events(1), at(2, sleeper.epoch), CALL))
    equal(codeOf(error), 'store-lease-lost')
    equal(codeOf(await failure(() => sleeper.check())), 'store-lease-lost')
    equal(sleeper.lost.aborted, true)
    await sleeper.release()
    await next.check()
    const again = await other.open('run-a', CALL)
    deepEqual(await collect(again.read(0, CALL)), events(2))
    await again.append(events(3), at(2, next.epoch), CALL)
    // Neither does what the sleeper writes late, nor its reading, disturb.
    await failure(() => journal.append(events(1), at(2, sleeper.epoch), CALL))
    deepEqual(await collect(journal.read(0, CALL)), [...events(2), ...events(3)])
    const runs = await collect(other.list(CALL))
    deepEqual(
      runs.map(({ run }) => run),
      ['run-a'],
    )
    await again.close?.()
    await journal.close?.()
    await next.release()
  })

  test('a lock whose holder is gone is taken away by its run id, and shuts that holder out', async () => {
    const { store, reopen, orphan } = await make()
    const other = reopen === undefined ? store : await reopen()
    const sleeper = await store.lock(['a'], header('run-a'), CALL)
    const journal = await store.create(header('run-a'), CALL)
    await orphan('run-a')
    const taken = await other.unlock('run-a', CALL)
    deepEqual([taken.run, taken.gone], ['run-a', true])
    const lease = await other.lock(['a'], header('run-b'), CALL)
    equal(codeOf(await failure(() => sleeper.check())), 'store-lease-lost')
    const error = await failure(() => journal.append(events(1), at(0, sleeper.epoch), CALL))
    equal(codeOf(error), 'store-lease-lost')
    await sleeper.release()
    await lease.check()
    await lease.release()
    await journal.close?.()
  })

  test('a lock of 40,000 nodes and a record of two megabytes are kept whole', async () => {
    const { store } = await make()
    const nodes = Array.from({ length: 40_000 }, (_, i) => `node-${i}.example.net`)
    const lease = await store.lock(nodes, header('run-a'), CALL)
    const error = await failure(() => store.lock(['node-39999.example.net'], header('run-b'), CALL))
    equal(codeOf(error), 'store-nodes-locked')
    const journal = await store.create(header('run-a'), CALL)
    const large: RunEvent = { type: 'store-lost', at: 1, message: 'ä'.repeat(1_000_000) }
    await journal.append([large, ...events(1)], at(0), CALL)
    await journal.append(events(1), at(2), CALL)
    deepEqual(await collect(journal.read(0, CALL)), [large, ...events(1), ...events(1)])
    await journal.close?.()
    await lease.release()
  })
}

function codeOf(error: unknown): string {
  return isCodedError(error) ? error.code : String(error)
}

function at(seq: number, epoch = 1): Position {
  return { epoch, seq }
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
