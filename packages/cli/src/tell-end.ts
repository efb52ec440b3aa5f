import type { CodedError, RunReport } from '@choirmaster/core'
import type { NotHonoured } from './edges-since.js'
import { freeingOf } from './enable/freeing.js'
import type { Session } from './session.js'
import type { Colours } from './views/colour.js'
import { errorObject } from './views/error.js'
import { notHonouredText } from './views/plan-text.js'
import { isUntouched, summaryText } from './views/report-text.js'

export interface EndInput {
  readonly report: RunReport
  readonly session: Session
  readonly colours: Colours
  /** One value and nothing else. */
  readonly json: boolean
  /** Why nothing was touched. */
  readonly refused?: CodedError | undefined
  /** Asks for the orders that appeared under the run, which may take a while. */
  since(): Promise<readonly NotHonoured[]>
  print(lines: Iterable<string>): void
}

/**
 * Tells how a run ended: first what is known, above all what is left disabled and how it is freed; then what the graph,
 * read again, has to say. One JSON value holds both, and so waits for it.
 * @throws CodedError that of a refused run, where it is to be told as text
 */
export async function tellEnd(input: EndInput): Promise<void> {
  const { report, json, refused, colours, session, print } = input
  const untouched = refused !== undefined || isUntouched(report)
  if (json) {
    const since = untouched ? [] : await input.since()
    const value = {
      ...report,
      ...(since.length > 0 && { not_honoured: since }),
      ...(refused && { error: errorObject(refused) }),
    }
    return print([JSON.stringify(value)])
  }
  if (refused) throw refused
  if (untouched) return
  print(['', ...summaryText(report, colours, freeingOf(session))])
  print(notHonouredText(await input.since(), colours))
}
