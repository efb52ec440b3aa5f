import type { HeldLock, Journal, Lease, RunHeader, RunId, RunStore } from '../providers/store.js'
import {
  leaseLost,
  lockAlive,
  nodesLocked,
  notLocked,
  storeError,
} from '../providers/store-errors.js'
import type { RunEvent } from '../run/events.js'

/** A run store in memory, for tests: what was appended can be read at once. */
export interface MemoryStore extends RunStore {
  /** Events of a run, as appended. */
  events(run: RunId): readonly RunEvent[]
  /** From the next append on the journal of every run fails with this message. */
  fail(message: string): void
  /** The holder of a run's lock gave no sign of life for as long as a lease lasts; it may still wake up. */
  orphan(run: RunId): void
  /** A weak store forgets that many appends, the last ones, that it had acknowledged. */
  forget(run: RunId, appends: number): void
}

interface Held extends HeldLock {
  gone: boolean
  readonly lost: AbortController
}

export function memoryStore(durability: RunStore['durability'] = 'strong'): MemoryStore {
  const runs = new Map<RunId, { header: RunHeader; events: RunEvent[]; ends: number[] }>()
  const held = new Set<Held>()
  const epochs = new Map<RunId, number>()
  let failure: string | undefined

  function journal(run: RunId, events: RunEvent[], ends: number[]): Journal {
    return {
      async append(batch, { epoch, seq }) {
        if (failure !== undefined) throw new Error(failure)
        if (epoch < (epochs.get(run) ?? 1)) throw leaseLost(run)
        if (seq !== events.length) {
          throw storeError('store-sequence-taken', {
            message: `event ${seq} is taken: the journal holds ${events.length}`,
          })
        }
        // As a file would hold it: what the engine does to its objects later must not change the journal.
        events.push(...(JSON.parse(JSON.stringify(batch)) as RunEvent[]))
        ends.push(events.length)
      },
      async *read(from) {
        yield* events.slice(from)
      },
    }
  }

  function shutOut(lock: Held): void {
    held.delete(lock)
    epochs.set(lock.run, lock.epoch + 1)
    lock.lost.abort(leaseLost(lock.run))
  }

  return {
    durability,
    async create(header) {
      const events: RunEvent[] = []
      const ends: number[] = []
      runs.set(header.run, { header, events, ends })
      return journal(header.run, events, ends)
    },
    async open(run) {
      const found = runs.get(run)
      if (found === undefined) {
        throw storeError('store-run-unknown', { message: `There is no run ${run}`, place: run })
      }
      return journal(run, found.events, found.ends)
    },
    async *list() {
      yield* [...runs.values()].map((run) => run.header).reverse()
    },
    async lock(nodes, { run, by, at }) {
      const wanted = new Set(nodes)
      const taken = [...held].filter((lock) => lock.run === run)
      for (const other of held) {
        const shared = other.nodes.filter((node) => wanted.has(node))
        if (other.run === run ? !other.gone : shared.length > 0) throw nodesLocked(other, shared)
      }
      for (const other of taken) shutOut(other)
      const epoch = epochs.get(run) ?? 1
      const lost = new AbortController()
      const own: Held = {
        ...{ run, epoch, by, nodes, lost, gone: false },
        ...{ host: 'memory', process: 1, since: at, heartbeat: at },
      }
      held.add(own)
      return {
        epoch,
        lost: lost.signal,
        async check() {
          lost.signal.throwIfAborted()
        },
        async release() {
          held.delete(own)
        },
      } satisfies Lease
    },
    async *locks() {
      yield* held
    },
    async unlock(run) {
      const lock = [...held].find((one) => one.run === run)
      if (lock === undefined) throw notLocked(run)
      if (!lock.gone) throw lockAlive(lock)
      shutOut(lock)
      return lock
    },
    events: (run) => runs.get(run)?.events ?? [],
    fail(message) {
      failure = message
    },
    orphan(run) {
      for (const lock of held) if (lock.run === run) lock.gone = true
    },
    forget(run, appends) {
      const found = runs.get(run)
      if (found === undefined || appends === 0) return
      // The first append created the run: without it nobody would ask.
      found.ends.length = Math.max(1, found.ends.length - appends)
      found.events.length = found.ends.at(-1) ?? 0
    },
  }
}
