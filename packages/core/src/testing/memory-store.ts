import type {
  HeldLock,
  Journal,
  Lease,
  ListedRun,
  RunHeader,
  RunId,
  RunStore,
} from '../providers/store.js'
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

/** The records of a run as a file would hold them: what the engine does to its objects later must not change the journal. */
interface Kept {
  readonly header: RunHeader
  /** Each append as text; most are never read. */
  readonly records: string[]
  /** How many events the journal held after each. */
  readonly ends: number[]
}

interface Held extends HeldLock {
  gone: boolean
  readonly lost: AbortController
}

export function memoryStore(durability: RunStore['durability'] = 'strong'): MemoryStore {
  const runs = new Map<RunId, Kept>()
  const held = new Set<Held>()
  const epochs = new Map<RunId, number>()
  let failure: string | undefined

  function journal(run: RunId, { records, ends }: Kept): Journal {
    return {
      async append(batch, { epoch, seq }) {
        if (failure !== undefined) throw new Error(failure)
        if (epoch < (epochs.get(run) ?? 1)) throw leaseLost(run)
        const next = ends.at(-1) ?? 0
        if (seq !== next) {
          throw storeError('store-sequence-taken', {
            message: `event ${seq} is taken: the journal holds ${next}`,
          })
        }
        records.push(JSON.stringify(batch))
        ends.push(next + batch.length)
      },
      async *read(from) {
        yield* eventsIn(records).slice(from)
      },
      tail() {
        let given = 0
        return {
          async *more() {
            for (given = Math.min(given, records.length); given < records.length;) {
              const seq = ends[given - 1] ?? 0
              given += 1
              yield { seq, events: eventsIn(records.slice(given - 1, given)) }
            }
          },
        }
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
      const kept = { header, records: [], ends: [] }
      runs.set(header.run, kept)
      return journal(header.run, kept)
    },
    async open(run) {
      const found = runs.get(run)
      if (found === undefined) {
        throw storeError('store-run-unknown', { message: `There is no run ${run}`, place: run })
      }
      return journal(run, found)
    },
    async *list() {
      yield* [...runs.values()].map(listed).reverse()
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
    events: (run) => eventsIn(runs.get(run)?.records ?? []),
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
      found.records.length = found.ends.length
    },
  }
}

function listed({ header, records }: { header: RunHeader; records: readonly string[] }): ListedRun {
  const last = eventsIn(records.slice(-1)).at(-1)
  if (last?.type !== 'ended')
    return { ...header, last: last?.at === undefined ? header.at : new Date(last.at).toISOString() }
  const { at, result, exit } = last
  return { ...header, ended: new Date(at).toISOString(), result, exit }
}

function eventsIn(records: readonly string[]): RunEvent[] {
  return records.flatMap((record) => JSON.parse(record) as RunEvent[])
}
