import type { RunEvent, RunStore } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { whole } from './site-plan.js'

/**
 * All events of a run.
 * @throws CodedError of the store; `run-without-events` when the run ended before it began
 */
export async function readEvents(store: RunStore, run: string): Promise<RunEvent[]> {
  const journal = await store.open(run, whole)
  try {
    const events: RunEvent[] = []
    for await (const event of journal.read(0, whole)) events.push(event)
    if (events[0]?.type === 'created') return events
    throw fail('run-without-events', {
      message: `Run ${run} ended before its first event: no node was touched`,
      place: run,
    })
  } finally {
    await journal.close?.()
  }
}
