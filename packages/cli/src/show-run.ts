import { executeRun, type Json, type RunReport, runId, toRunPlan } from '@choirmaster/core'
import { isYes } from './io.js'
import type { Prepared } from './prepare-run.js'
import { watchRun, type WatchInput } from './watch-run.js'

export interface ShowRunInput extends Prepared, Omit<WatchInput, 'before'> {
  /** Confirmed by flag. */
  readonly yes: boolean
}

/** Executes a run, shows it as it happens and asks before it begins. */
export async function showRun(input: ShowRunInput): Promise<RunReport> {
  const { session, io, plan, options, catalog } = input
  return watchRun(input, (watched, view) =>
    executeRun({
      ...watched,
      run: runId(watched.clock.now(), session.random),
      plan: toRunPlan(plan),
      options,
      // Whoever resumes the run plans again, to see that the site is the same.
      origin: { catalog, selection: plan.selection } as unknown as Json,
      async confirm() {
        const question = view.found()
        if (input.yes) return 'flag'
        view.pause()
        const answer = await io.ask(question, watched.soft).catch(() => undefined)
        view.resume()
        return isYes(answer) ? 'operator' : 'declined'
      },
    }),
  )
}
