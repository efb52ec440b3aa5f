import { isCodedError, type RunStore } from '@choirmaster/core/provide'
import { readEvents } from '../read-events.js'
import { whole } from '../site-plan.js'
import { runTimesOf, type RunTimes } from './run-times.js'

/** So many of the newest runs are read: older ones say less of today. */
const RUNS_READ = 10

/** Run times of the real runs of the store. Reads only, and takes no lock. @param simulated caller of simulated runs */
export async function readHistory(store: RunStore, simulated: string): Promise<RunTimes> {
  const journals = []
  for await (const { run, by } of store.list(whole)) {
    if (by === simulated) continue
    try {
      journals.push(await readEvents(store, run))
    } catch (error) {
      // One that ended before it began, or is damaged, hides no other.
      if (!isCodedError(error)) throw error
    }
    if (journals.length === RUNS_READ) break
  }
  return runTimesOf(journals)
}
