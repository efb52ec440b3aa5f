import type { Adjacency } from '../numbers/adjacency.js'
import { numberList, push, toArray } from '../numbers/number-list.js'
import type { Environment } from './environment.js'
import type { LinkIndex } from './link-index.js'
import { isEnvironmentName, isReference } from './names.js'
import { addComponent, drawnSite, siteDraft } from './site-draft.js'

/**
 * An environment in numbers. Nodes are numbered by name; the numbers of all else depend on the order in the
 * document, so that nothing that is shown or digested may follow them.
 */
export interface SiteIndex {
  readonly applications: readonly string[]
  /** Sorted. */
  readonly nodes: readonly string[]
  /** References; one that occurs in two applications is two components. */
  readonly components: readonly string[]
  /** By component. */
  readonly applicationOf: Uint32Array
  readonly nodeOf: Uint32Array
  readonly capabilities: readonly string[]
  /** Component → capabilities, in the order of the document. */
  readonly produces: Adjacency
  /** Component → capabilities as they are written: duplicates are borne. */
  readonly consumes: Adjacency
  /** Capability → components that make it, ascending. */
  readonly makers: Adjacency
  /** Node → components, ascending. */
  readonly onNode: Adjacency
  readonly links: LinkIndex
}

/**
 * Reads a document in one pass and in its own order, as its texts lie in memory in that order; looks at each
 * different name once. This is the quick answer to "is it valid at all", beside `environmentSchema`, which knows
 * what is wrong but takes half as long as JSON.parse to say that nothing is.
 * @returns undefined for what the schema would refuse.
 */
export function indexSite(document: unknown): SiteIndex | undefined {
  if (!isEnvironmentHead(document)) return undefined
  const applications = Object.keys(document.applications)
  const components: string[] = []
  const applicationOf = numberList()
  const draft = siteDraft()
  for (let number = 0; number < applications.length; number++) {
    const name = applications[number] as string
    const application: unknown = document.applications[name]
    if (!isReference(name) || !isRecord(application)) return undefined
    for (const reference of Object.keys(application)) {
      const component = application[reference]
      if (!isReference(reference) || !isRecord(component)) return undefined
      const { node, produces, consumes } = component
      if (!addComponent(draft, node, produces, consumes)) return undefined
      components.push(reference)
      push(applicationOf, number)
    }
  }
  const names = { applications, components, applicationOf: toArray(applicationOf) }
  return drawnSite(draft, names, document.edges ?? [])
}

/** All but what is in applications and edges. */
function isEnvironmentHead(
  document: unknown,
): document is Pick<Environment, 'environment' | 'applications' | 'edges'> {
  if (!isRecord(document)) return false
  const { environment, applications, edges, code_id: code } = document
  return (
    typeof environment === 'string' &&
    isEnvironmentName(environment) &&
    isRecord(applications) &&
    (edges === undefined || Array.isArray(edges)) &&
    (code === null || ['undefined', 'string', 'number', 'boolean'].includes(typeof code))
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
