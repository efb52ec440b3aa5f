import { type Call, makePlan, type Plan, type Selection } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import type { Session } from './session.js'

/** A call that is never given up: before a run begins Ctrl-C simply ends the process. */
export const whole: Call = { signal: new AbortController().signal }

/** The flags of a selection, as oclif parses them. */
export interface SelectionFlags {
  readonly instance?: readonly string[] | undefined
  readonly application?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly 'assume-done'?: readonly string[] | undefined
}

export function selectionOf(flags: SelectionFlags): Selection {
  return {
    instances: [...(flags.instance ?? []), ...(flags.application ?? [])],
    assumeDone: nodesIn(flags['assume-done']),
    exclude: nodesIn(flags.exclude),
  }
}

/** A value may name several, with commas between; one without a name stays, to be refused as unknown. */
function nodesIn(values: readonly string[] = []): string[] {
  return values.flatMap((value) => value.split(',').map((name) => name.trim()))
}

/**
 * Reads the graph as `choice` says and makes the plan of the selection.
 * @param file plan file that holds the choice
 */
export async function planSite(
  session: Session,
  selection: Selection,
  choice: CatalogChoice,
  file?: string,
): Promise<Plan> {
  const catalog = await session.openCatalog(choice, file)
  const environment = await catalog.environment(choice.environment ?? undefined, whole)
  return makePlan(environment, selection, sha256)
}
