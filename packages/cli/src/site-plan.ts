import {
  type Because,
  type Call,
  type CatalogSource,
  type Environment,
  type Finding,
  makePlan,
  type Plan,
  type Selection,
  type SourceEdge,
} from '@choirmaster/core'
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

/** Why a node waits for another, with the sources that declare the components. */
export interface SourcedBecause extends Because {
  readonly sources?: readonly string[]
}

/** A plan, and what its source knows beside components. */
export interface SitePlan extends Plan {
  /** Whether the graph is of several sources, which reasons then name. */
  readonly isMerged: boolean
  because(from: number, to: number): readonly SourcedBecause[]
  /** Orders that no component declares, between nodes of the plan. */
  readonly links: readonly SourceEdge[]
  /** What the source has against nodes, by name; absent: it knows nothing of nodes. */
  readonly findings?: ReadonlyMap<string, Finding>
}

function linksOf({ edges = [] }: Environment, { nodes }: Plan): readonly SourceEdge[] {
  if (edges.length === 0) return []
  const known = new Set(nodes)
  return edges.filter(({ from, to }) => known.has(from) && known.has(to))
}

/** Reasons of edges with the sources that declare the components, where there are several. */
function withSources({ because }: Plan, catalog: CatalogSource): SitePlan['because'] {
  return (from, to) =>
    because(from, to).map((reason) => {
      const sources = [reason.producer, reason.consumer].flatMap(
        (component) => catalog.sourcesOf?.(component) ?? [],
      )
      // An order without components has its source in its origin.
      return sources.length === 0 ? reason : { ...reason, sources: [...new Set(sources)] }
    })
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
): Promise<SitePlan> {
  const catalog = await session.openCatalog(choice, file)
  const environment = await catalog.environment(choice.environment ?? undefined, whole)
  const plan = makePlan(environment, selection, sha256)
  const findings = catalog.findings?.()
  return Object.assign(plan, {
    links: linksOf(environment, plan),
    isMerged: catalog.sourcesOf !== undefined,
    ...(findings && { findings }),
    ...(catalog.sourcesOf !== undefined && { because: withSources(plan, catalog) }),
  })
}
