import { isCodedError, type RunReport } from '@choirmaster/core'
import type { RunStore } from '@choirmaster/core/provide'
import { lockOf } from './lock-of.js'
import { cleanLine } from './views/clean.js'
import type { Colours } from './views/colour.js'
import { holderText } from './views/holder-text.js'

/** Who works on a run that has not ended, and how it is gone on with where nobody does. Locks that cannot be read hide no report. */
export async function holderLines(
  store: RunStore,
  { run, left_disabled: left }: RunReport,
  colours: Colours,
): Promise<readonly string[]> {
  try {
    return holderText(run, await lockOf(store, run), Object.keys(left).length > 0, colours)
  } catch (error) {
    if (!isCodedError(error)) throw error
    return [cleanLine(`Who holds the run is not known: ${error.message}`)]
  }
}
