import {
  executeRun,
  isCodedError,
  type Json,
  type PastRuns,
  type RunReport,
  type RunStore,
  runId,
  toRunPlan,
} from '@choirmaster/core'
import { findRun } from './find-run.js'
import { isYes } from './io.js'
import { originOf } from './origin.js'
import type { Prepared } from './prepare-run.js'
import { whole } from './site-plan.js'
import { unknownRunText } from './views/waiting-text.js'
import { watchRun, type WatchInput } from './watch-run.js'

export interface ShowRunInput extends Prepared, Omit<WatchInput, 'before'> {
  /** Confirmed by flag. */
  readonly yes: boolean
  /** Id of an earlier run whose nodes this one takes over, the beginning of one, or `last`. */
  readonly adopt?: string | undefined
  /** What past runs tell of its nodes. */
  readonly past?: PastRuns | undefined
}

/** Executes a run, shows it as it happens and asks before it begins. */
export async function showRun(input: ShowRunInput): Promise<RunReport> {
  const { session, io, plan, options, catalog, past } = input
  const adopt =
    input.adopt === undefined
      ? undefined
      : await findRun(await session.openStore(), input.adopt, '--adopt')
  const isUnknown = adopt !== undefined && !(await isKnown(await session.openStore(), adopt))
  const origin = await originOf(session, catalog, plan.selection)
  return watchRun(input, (watched, view) => {
    if (isUnknown) view.tell(unknownRunText(adopt))
    return executeRun({
      ...watched,
      run: runId(watched.clock.now(), session.random),
      plan: toRunPlan(plan),
      options,
      ...(plan.findings && { findings: plan.findings }),
      ...(adopt !== undefined && { adopt }),
      ...(past && { past }),
      // Whoever resumes the run plans again, to see that the site is the same.
      origin: origin as unknown as Json,
      async confirm() {
        const question = view.found()
        if (input.yes) return 'flag'
        view.pause()
        const answer = await io.ask(question, watched.soft).catch(() => undefined)
        view.resume()
        return isYes(answer) ? 'operator' : 'declined'
      },
    })
  })
}

/** Whether the store knows a run; what else is wrong with it is told where it is used. */
async function isKnown(store: RunStore, run: string): Promise<boolean> {
  try {
    const journal = await store.open(run, whole)
    await journal.close?.()
    return true
  } catch (error) {
    return !(isCodedError(error) && error.code === 'store-run-unknown')
  }
}
