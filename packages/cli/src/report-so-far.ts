import { isCodedError, reportFromJournal, type RunReport } from '@choirmaster/core'
import type { RunStore } from '@choirmaster/core/provide'
import { lockOf } from './lock-of.js'
import { eachEvent } from './read-events.js'
import { cleanLine } from './views/clean.js'
import type { Colours } from './views/colour.js'
import { holderText } from './views/holder-text.js'

/** What the journal of a run tells by now. */
interface ReportSoFar {
  readonly report: RunReport
  /** Of a run that has not ended: who works on it, and how it is gone on with where nobody does. */
  readonly holder: readonly string[]
}

/** @throws CodedError of the store; locks that cannot be read hide no report */
export async function reportSoFar(
  store: RunStore,
  run: string,
  colours: Colours,
): Promise<ReportSoFar> {
  const read = () => reportFromJournal(eachEvent(store, run))
  const report = await read()
  if (report.ended !== null) return { report, holder: [] }
  try {
    const lock = await lockOf(store, run)
    // A run ends before it gives its nodes back: its end may have been written since.
    const last = lock === undefined ? await read() : report
    const isTouched = last.exit !== UNTOUCHED
    return {
      report: last,
      holder: last.ended === null ? holderText(run, lock, isTouched, colours) : [],
    }
  } catch (error) {
    if (!isCodedError(error)) throw error
    return { report, holder: [cleanLine(`Who holds the run is not known: ${error.message}`)] }
  }
}

/** The exit code of a run that has changed no node. */
const UNTOUCHED = 3
