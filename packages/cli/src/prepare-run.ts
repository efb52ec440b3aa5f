import { diffPlans, type EngineOptions, type Moment, planDocument } from '@choirmaster/core'
import { fail } from './errors.js'
import type { CatalogChoice, PlanFile } from './planfile/planfile.schema.js'
import type { Session } from './session.js'
import { siteChanged } from './site-changed.js'
import { planSite, type SelectionFlags, selectionOf, type SitePlan } from './site-plan.js'
import { named } from './views/words.js'

/** What is run, and how. */
export interface Prepared {
  readonly plan: SitePlan
  readonly options: EngineOptions
  /** How the graph was read. */
  readonly catalog: CatalogChoice
}

/** What the flags and the configuration ask for. */
export async function prepareFromSite(
  session: Session,
  flags: SelectionFlags & NoopFlag,
): Promise<Prepared> {
  const catalog = session.catalogChoice()
  const plan = await planSite(session, selectionOf(flags), catalog)
  return { plan, options: withNoop(session.optionsFor(plan), flags), catalog }
}

interface NoopFlag {
  readonly noop?: boolean | undefined
}

/** Only a flag, or a plan file, says noop: a forgotten line of a configuration must not make every run pretend. */
export function withNoop(options: EngineOptions, { noop = false }: NoopFlag): EngineOptions {
  return noop ? { ...options, run: { ...options.run, noop } } : options
}

/**
 * What a plan file holds, if the site still gives the same plan.
 * @throws CodedError `planfile-outdated` that says what has changed
 */
export async function prepareFromFile(
  session: Session,
  file: PlanFile,
  name: string,
): Promise<Prepared> {
  const { instances, assume_done: assumeDone, exclude } = file.plan.selection
  const selection = { instances, assumeDone, exclude }
  const plan = await planSite(session, selection, file.catalog, name)
  refuseLate(file, name, session.clock.now())
  if (plan.digest === file.plan.digest)
    return { plan, options: file.options, catalog: file.catalog }
  const changes = diffPlans(file.plan, planDocument(plan))
  throw siteChanged('planfile-outdated', `${name} was written`, changes, name)
}

/** A plan that was reviewed for a night is not run in the morning after. */
function refuseLate({ options: { until } }: PlanFile, name: string, now: Moment): void {
  if (until === undefined || Date.parse(until) > now) return
  throw fail('planfile-late', {
    message: `${name} says that nothing new starts after ${until}, which is over`,
    place: name,
  })
}

/** Flags that say what a plan file says; given together they would contradict each other. */
const FIXED_BY_FILE = [
  'environment',
  'catalog',
  'site',
  'fresh',
  'max-age',
  'instance',
  'application',
  'exclude',
  'assume-done',
  'order',
  'concurrency',
  'batch',
  'canary',
  'unready',
  'max-failures',
  'failure-scope',
  'on-failure',
  'retries',
  'retry-pause',
  'check',
  'gate-answer',
  'gate-timeout',
  'until',
  'keep-disabled',
  'enforce-environment',
  'accept-unverified',
  'noop',
] as const

/** @throws CodedError `usage-bad-flag` for a flag that a plan file leaves no room for */
export function refuseFixedFlags(flags: Readonly<Record<string, unknown>>): void {
  const given = FIXED_BY_FILE.find((name) => flags[name] !== undefined)
  if (given === undefined) return
  throw fail('usage-bad-flag', {
    message: `--${given} does not go with a plan file, which says how it is run`,
    place: `--${given}`,
    hint: 'Leave the flag out, or write another plan file with `choirmaster plan --out FILE`.',
  })
}

/** Producers named in an error; all of them are in its problems. */
const NAMED = 5

/**
 * Refuses what nobody can have meant.
 * @param asked whether somebody is asked, and so sees what is assumed
 * @throws CodedError `plan-empty`, `plan-assumes`
 */
export function refuseSenseless({ plan }: Prepared, asked: boolean): void {
  if (plan.nodes.length === 0) {
    throw fail('plan-empty', {
      message: `The plan of ${plan.environment} holds no node, so there is nothing to run`,
      place: plan.selection.instances[0] ?? plan.environment,
    })
  }
  const outside = plan.assumed.filter(({ why }) => why === 'outside')
  const producers = [...new Set(outside.map(({ producerNode }) => producerNode))]
  if (asked || producers.length === 0) return
  throw fail('plan-assumes', {
    message: `Nobody vouched that these are done, though nodes of the plan consume from them: ${named(producers, NAMED)}`,
    place: producers[0] ?? '--yes',
    hint: `Run their applications too, or vouch for them: ${producers
      .slice(0, NAMED)
      .map((node) => `--assume-done ${node}`)
      .join(' ')}`,
    problems: outside.map(({ producerNode, capability, consumerNode }) => ({
      code: 'plan-assumes',
      message: `${consumerNode} consumes ${capability}`,
      place: producerNode,
    })),
  })
}
