import { resumeRun, type RunEvent, type RunReport, type Selection } from '@choirmaster/core'
import { fail } from './errors.js'
import { findRun } from './find-run.js'
import { isYes } from './io.js'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import { readEvents } from './read-events.js'
import { planSite, whole } from './site-plan.js'
import { watchRun, type WatchInput } from './watch-run.js'

export interface ResumeRunInput extends Omit<WatchInput, 'before'> {
  /** Id of the run, the beginning of one, or `last`. */
  readonly run: string
  /** Confirmed by flag. */
  readonly yes: boolean
}

/**
 * Goes on with a run whose process is gone, after a question; undefined: not confirmed.
 * @throws CodedError `resume-*`, `run-none`, `run-ambiguous`; of the store when the run is still alive
 */
export async function resumeShown(input: ResumeRunInput): Promise<RunReport | undefined> {
  const { session, io } = input
  const store = await session.openStore()
  const run = await findRun(store, input.run, 'RUN')
  const before = await readEvents(store, run)
  await refuseChanged(input, run, before)
  if (!input.yes && !isYes(await io.ask(`Go on with run ${run}? (y/n) `, whole.signal)))
    return undefined
  return watchRun({ ...input, before }, (watched) => resumeRun({ ...watched, run }))
}

/** The order of a plan holds for the site that it was made of. */
async function refuseChanged(
  { session }: ResumeRunInput,
  run: string,
  [created]: readonly RunEvent[],
): Promise<void> {
  if (created?.type !== 'created' || created.origin === undefined) return
  const { catalog, selection } = created.origin as unknown as {
    readonly catalog: CatalogChoice
    readonly selection: Selection
  }
  const plan = await planSite(session, selection, catalog, `run ${run}`)
  if (plan.digest === created.plan.digest) return
  const now = new Set(plan.nodes)
  const then = new Set(created.plan.nodes)
  const differ = [
    ...created.plan.nodes
      .filter((node) => !now.has(node))
      .map((node) => `${node} is not in it any more`),
    ...plan.nodes.filter((node) => !then.has(node)).map((node) => `${node} is new`),
  ]
  throw fail('resume-changed', {
    message: `The site has changed since run ${run} was started: ${differ.length > 0 ? differ.slice(0, 5).join(', ') : 'its components, edges or code are others'}`,
    place: run,
  })
}
