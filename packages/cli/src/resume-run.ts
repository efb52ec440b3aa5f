import { diffRunPlans, type Plan, resumeRun, type RunReport, toRunPlan } from '@choirmaster/core'
import { edgesSince, type NotHonoured } from './edges-since.js'
import { findRun } from './find-run.js'
import { missingProgram } from './gate/refuse-missing.js'
import { isYes } from './io.js'
import { catalogOf, type Origin } from './origin.js'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import { type Created, createdOf, eachEvent } from './read-events.js'
import { refuseOtherFleet } from './other-fleet.js'
import { siteChanged } from './site-changed.js'
import { planSite, whole } from './site-plan.js'
import { gateText } from './views/gate-text.js'
import { watchRun, type WatchInput } from './watch-run.js'

export interface ResumeRunInput extends Omit<WatchInput, 'before' | 'atEnd'> {
  /** Id of the run, the beginning of one, or `last`. */
  readonly run: string
  /** Confirmed by flag. */
  readonly yes: boolean
  /** Told what takes nothing back of the run. */
  warn(line: string): void
  /** Tells how the run ended. @param since asks for the orders that appeared under the run */
  tell(report: RunReport, since: () => Promise<readonly NotHonoured[]>): Promise<void>
}

/**
 * Goes on with a run whose process is gone, after a question; undefined: not confirmed.
 * @throws CodedError `resume-*`, `run-none`, `run-ambiguous`, `run-other-fleet`; of the store when the run is still alive
 */
export async function resumeShown(input: ResumeRunInput): Promise<RunReport | undefined> {
  const { session, io } = input
  const store = await session.openStore()
  const run = await findRun(store, input.run, 'RUN')
  const created = await createdOf(store, run)
  await refuseOtherFleet(session, run, created)
  const origin = await refuseChanged(input, run, created)
  await tellChecks(input, created)
  if (!input.yes && !isYes(await io.ask(`Go on with run ${run}? (y/n) `, whole.signal)))
    return undefined
  const before = eachEvent(store, run)
  const { warn } = input
  const place = `run ${run}`
  const atEnd = (report: RunReport, left: AbortSignal): Promise<void> =>
    input.tell(report, async () =>
      origin === undefined ? [] : edgesSince({ session, ...origin, place, left, warn }),
    )
  return watchRun({ ...input, before, atEnd }, (watched) => resumeRun({ ...watched, run }))
}

/** Programs of checks are run here, and the journal that names them may have been written on another machine. */
async function tellChecks(
  { progress, io, warn }: ResumeRunInput,
  { options: { gate } }: Created,
): Promise<void> {
  if (gate === undefined) return
  for (const line of gateText(gate)) progress.write(`${line}\n`)
  // No reason to refuse: nodes stay disabled meanwhile, and the check may have been made already.
  const missing = await missingProgram(gate, io)
  if (missing !== undefined)
    warn(`Warning: ${missing}. Where it is still to be made, the node does not pass`)
}

/** What a run is made of, to be read again. */
interface Remade {
  readonly plan: Plan
  readonly catalog: CatalogChoice
}

/** The order of a plan holds for the site that it was made of. */
async function refuseChanged(
  { session }: ResumeRunInput,
  run: string,
  created: Created,
): Promise<Remade | undefined> {
  if (created.origin === undefined) return undefined
  const origin = created.origin as unknown as Origin
  const catalog = catalogOf(session, run, origin)
  const plan = await planSite(session, origin.selection, catalog, `run ${run}`)
  if (plan.digest === created.plan.digest) return { plan, catalog }
  const { code_id: code } = origin
  const changes = diffRunPlans(
    { ...created.plan, ...(code !== undefined && { code }) },
    { ...toRunPlan(plan), ...(code !== undefined && { code: plan.codeId }) },
  )
  throw siteChanged('resume-changed', `run ${run} was started`, changes, run)
}
