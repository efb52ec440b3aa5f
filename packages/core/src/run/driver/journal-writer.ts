import type { Clock } from '../../ports/clock.js'
import type { Call } from '../../providers/common.js'
import type { Journal, Position } from '../../providers/store.js'
import type { RunEvent } from '../events.js'

/** Group commit: one append in flight, what arrives meanwhile joins the next. */
export interface JournalWriter {
  add(events: readonly RunEvent[]): void
  /** Resolves with true once all that was added so far is durable, with false when the journal is lost. */
  durable(): Promise<boolean>
}

export function createJournalWriter(
  journal: Journal,
  /** Of whoever writes, and how many events the journal holds already. */
  { epoch, seq: held }: Position,
  clock: Clock,
  call: Call,
  onLost: (error: unknown) => void,
): JournalWriter {
  let queue: RunEvent[] = []
  let written = held
  let added = held
  let lost = false
  let writing = false
  /** Who waits for a record, until the one that is being written is. */
  let waiting: (() => void)[] = []

  function told(): void {
    const all = waiting
    waiting = []
    for (const wake of all) wake()
  }

  async function drain(): Promise<void> {
    // What is added in one turn of the engine is one record.
    await Promise.resolve()
    while (queue.length > 0 && !lost) {
      const batch = queue
      queue = []
      try {
        await clock.hold(journal.append(batch, { epoch, seq: written }, call))
        written += batch.length
      } catch (error) {
        lost = true
        onLost(error)
      }
      told()
    }
    writing = false
  }

  return {
    add(events) {
      if (lost) return
      queue.push(...events)
      added += events.length
      if (writing) return
      writing = true
      void drain()
    },
    async durable() {
      const target = added
      // Not until all is written: as long as others add to it, a change would leave on what was read long before.
      while (!lost && written < target) await new Promise<void>((wake) => waiting.push(wake))
      return !lost
    },
  }
}
