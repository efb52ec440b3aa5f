import type { RunEvent, RunStore } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { whole } from './site-plan.js'

/**
 * The events of a run one by one: those of 50,000 nodes are too many to hold.
 * @throws CodedError of the store; `run-without-events` when the run ended before it began
 */
export async function* eachEvent(store: RunStore, run: string): AsyncGenerator<RunEvent> {
  const journal = await store.open(run, whole)
  try {
    let begun = false
    for await (const event of journal.read(0, whole)) {
      begun ||= event.type === 'created'
      if (!begun) break
      yield event
    }
    if (begun) return
    throw withoutEvents(run)
  } finally {
    await journal.close?.()
  }
}

/** The first event of a run: what it is made of. */
export type Created = Extract<RunEvent, { type: 'created' }>

/** @throws CodedError as `eachEvent` */
export async function createdOf(store: RunStore, run: string): Promise<Created> {
  for await (const event of eachEvent(store, run)) if (event.type === 'created') return event
  throw withoutEvents(run)
}

/** The error for a run that ended before it began. */
export function withoutEvents(run: string): Error {
  return fail('run-without-events', {
    message: `Run ${run} ended before its first event: no node was touched`,
    place: run,
  })
}
