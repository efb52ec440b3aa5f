import {
  executeRun,
  isCodedError,
  type Json,
  type PastRuns,
  type RunReport,
  runId,
  toRunPlan,
} from '@choirmaster/core'
import { findRun, RUN_ID } from './find-run.js'
import { isYes } from './io.js'
import { refuseMissing } from './gate/refuse-missing.js'
import { originOf } from './origin.js'
import { refuseOtherFleet } from './other-fleet.js'
import type { Prepared } from './prepare-run.js'
import { createdOf } from './read-events.js'
import type { Session } from './session.js'
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
  const { run: adopt, isUnknown = false } =
    input.adopt === undefined ? {} : await adopted(session, input.adopt)
  await refuseMissing(options.gate, io)
  const origin = await originOf(session, catalog, plan)
  return watchRun(input, (watched, view) => {
    if (isUnknown && adopt !== undefined) view.tell(unknownRunText(adopt))
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

/**
 * The run whose nodes are taken over. One that the store does not know may be another store's, if its name is one; what
 * else is wrong with it is told where it is used.
 * @throws CodedError `run-none`, `run-ambiguous`, `run-other-fleet`, `store-run-unknown`
 */
async function adopted(
  session: Session,
  word: string,
): Promise<{ readonly run: string; readonly isUnknown: boolean }> {
  const store = await session.openStore()
  const run = await findRun(store, word, '--adopt')
  let isUnknown = false
  const created = await createdOf(store, run).catch((error: unknown) => {
    isUnknown = isCodedError(error) && error.code === 'store-run-unknown'
    if (isUnknown && !RUN_ID.test(run)) throw error
    return undefined
  })
  if (created) await refuseOtherFleet(session, run, created)
  return { run, isUnknown }
}
