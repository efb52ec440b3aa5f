import { ask, interner, numbering, settle, type Numbering } from '../numbers/interner.js'
import { toArray } from '../numbers/number-list.js'
import { neighbours, type Adjacency } from '../numbers/adjacency.js'
import type { Application, Component, Environment, SourceEdge } from './environment.js'
import { isEnvironmentName, isReference } from './names.js'
import { addComponent, drawnSite, siteDraft, type SiteDraft } from './site-draft.js'
import type { SiteIndex } from './site-index.js'
import { keepSite } from './site-of.js'

/** A component with the names that lead to it. Values need not be checked before. */
export interface ToldComponent {
  readonly application: unknown
  /** Its reference. */
  readonly component: unknown
  readonly node: unknown
  readonly produces?: unknown
  readonly consumes?: unknown
}

/** Makes an environment of components that come one by one, in any order. */
export interface EnvironmentBuilder {
  add(told: ToldComponent): void
  /**
   * The environment, checked as `parseEnvironment` does it; `undefined` where it would be refused, where a component
   * came twice, whatever its application, or where two components make one capability: what a document leaves to its
   * author is a fault where components come from many places. To be called once.
   */
  build(edges?: readonly SourceEdge[]): Environment | undefined
}

/**
 * For sources that read components row by row: what a plan needs of them is taken from the rows at once, in numbers,
 * so that neither rows nor a document of a large site are ever in memory. `applications` is made when it is asked for.
 */
export function environmentBuilder(environment: string): EnvironmentBuilder {
  const telling: Telling = {
    draft: siteDraft(),
    applications: numbering(interner(isReference)),
    components: numbering(interner(isReference)),
    rows: 0,
    isRefused: !isEnvironmentName(environment),
  }
  return {
    add: (told) => addTold(telling, told),
    build(edges = []) {
      const site = toldSite(telling, edges)
      return site === undefined || hasRivals(site) ? undefined : drawn(environment, site, edges)
    },
  }
}

/** What was told so far. */
interface Telling {
  readonly draft: SiteDraft
  readonly applications: Numbering
  readonly components: Numbering
  rows: number
  isRefused: boolean
}

// No closure, as V8 would compile that anew for each builder.
function addTold(telling: Telling, told: ToldComponent): void {
  const { application, component, node, produces, consumes } = told
  telling.rows++
  if (typeof application !== 'string' || typeof component !== 'string') telling.isRefused = true
  else {
    ask(telling.applications, application)
    ask(telling.components, component)
    if (!addComponent(telling.draft, node, produces, consumes)) telling.isRefused = true
  }
}

function toldSite(telling: Telling, edges: readonly SourceEdge[]): SiteIndex | undefined {
  const { draft, applications, components, rows, isRefused } = telling
  settle(applications)
  settle(components)
  if (isRefused || applications.failed || components.failed) return undefined
  // As many names as rows: each is a component's own, and its number that of its row.
  if (components.interner.names.length !== rows) return undefined
  const names = {
    applications: applications.interner.names,
    components: components.interner.names,
    applicationOf: toArray(applications.numbers),
  }
  return drawnSite(draft, names, edges)
}

/** Whether a capability has more makers than one. */
function hasRivals({ makers: { offsets } }: SiteIndex): boolean {
  for (let capability = 1; capability < offsets.length; capability++) {
    if ((offsets[capability] as number) - (offsets[capability - 1] as number) > 1) return true
  }
  return false
}

function drawn(name: string, site: SiteIndex, edges: readonly SourceEdge[]): Environment {
  let applications: Environment['applications'] | undefined
  const environment: Environment = {
    environment: name,
    get applications() {
      return (applications ??= applicationsOf(site))
    },
    ...(edges.length > 0 && { edges }),
  }
  keepSite(environment, site)
  return environment
}

function applicationsOf(site: SiteIndex): Environment['applications'] {
  const applications = site.applications.map((): [string, Component][] => [])
  const named = (rows: Adjacency, component: number): string[] =>
    Array.from(neighbours(rows, component), (number) => site.capabilities[number] as string)
  site.components.forEach((reference, component) => {
    applications[site.applicationOf[component] as number]?.push([
      reference,
      {
        node: site.nodes[site.nodeOf[component] as number] as string,
        produces: named(site.produces, component),
        consumes: named(site.consumes, component),
      },
    ])
  })
  return Object.fromEntries(
    applications.map((components, number): [string, Application] => [
      site.applications[number] as string,
      Object.fromEntries(components),
    ]),
  )
}
