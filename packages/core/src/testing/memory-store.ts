import { errorMaker } from '../errors/coded-error.js'
import type { Journal, RunHeader, RunId, RunStore } from '../providers/store.js'
import type { RunEvent } from '../run/events.js'

const fail = errorMaker({
  'run-unknown': { title: 'No such run', hint: 'List them: choirmaster runs', exit: 1 },
})

/** A run store in memory, for tests: what was appended can be read at once. */
export interface MemoryStore extends RunStore {
  /** Events of a run, as appended. */
  events(run: RunId): readonly RunEvent[]
  /** From the next append on the journal of every run fails with this message. */
  fail(message: string): void
}

export function memoryStore(): MemoryStore {
  const runs = new Map<RunId, { header: RunHeader; events: RunEvent[] }>()
  const held = new Map<string, RunHeader>()
  let failure: string | undefined

  function journal(events: RunEvent[]): Journal {
    return {
      async append(batch, seq) {
        if (failure !== undefined) throw new Error(failure)
        if (seq !== events.length)
          throw new Error(`event ${seq} is taken: the journal holds ${events.length}`)
        // A copy, as a file would hold: what the engine does to its objects later must not change the journal.
        events.push(...(structuredClone(batch) as RunEvent[]))
      },
      async *read(from) {
        yield* events.slice(from)
      },
    }
  }

  return {
    durability: 'strong',
    async create(header) {
      const events: RunEvent[] = []
      runs.set(header.run, { header, events })
      return journal(events)
    },
    async open(run) {
      const found = runs.get(run)
      if (found === undefined) throw fail('run-unknown', { message: `There is no run ${run}` })
      return journal(found.events)
    },
    async *list() {
      yield* [...runs.values()].map((run) => run.header).reverse()
    },
    async lock(nodes, holder) {
      for (const node of nodes) {
        const other = held.get(node)
        // A run that is resumed finds its own lock: in memory no process can have died with it.
        if (other !== undefined && other.run !== holder.run)
          throw new Error(`${node} is held by ${other.run}`)
      }
      for (const node of nodes) held.set(node, holder)
      return {
        async release() {
          for (const node of nodes) held.delete(node)
        },
      }
    },
    events: (run) => runs.get(run)?.events ?? [],
    fail(message) {
      failure = message
    },
  }
}
