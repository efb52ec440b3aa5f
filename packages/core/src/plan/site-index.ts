import type { Component, Environment } from '../environment/environment.js'
import { adjacencyBuilder, transposed } from './adjacency.js'
import { indexLinks, type LinkIndex } from './link-index.js'
import { numberList } from './number-list.js'
import type { Adjacency } from './plan.js'

/**
 * An environment in numbers, made in one pass over it. All numbering is by content, not by the order in the
 * document: applications, nodes and the components of an application by their names, capabilities by who makes
 * them (those that nobody makes last, by name).
 */
export interface SiteIndex {
  readonly applications: readonly string[]
  readonly nodes: readonly string[]
  /** References; one that occurs in two applications is two components. */
  readonly components: readonly string[]
  /** By component. */
  readonly applicationOf: Uint32Array
  readonly nodeOf: Uint32Array
  readonly capabilities: readonly string[]
  /** Component → capabilities, sorted by name, without duplicates. */
  readonly produces: Adjacency
  /** Component → capabilities as they are written: duplicates are borne. */
  readonly consumes: Adjacency
  /** Capability → components that make it. */
  readonly makers: Adjacency
  /** Node → components. */
  readonly onNode: Adjacency
  readonly links: LinkIndex
}

export function indexSite(environment: Environment): SiteIndex {
  const applications = Object.keys(environment.applications).sort()
  const found: Component[] = []
  const components: string[] = []
  const applicationOf = numberList()
  applications.forEach((name, number) => {
    const application = environment.applications[name] ?? {}
    for (const reference of Object.keys(application).sort()) {
      applicationOf.push(number)
      components.push(reference)
      found.push(application[reference] as Component)
    }
  })
  const { nodes, numberOf } = numberNodes(found, environment)
  const nodeOf = Uint32Array.from(found, (component) => numberOf(component.node))
  const { capabilities, produces, consumes } = numberCapabilities(found)
  return {
    applications,
    nodes,
    components,
    applicationOf: applicationOf.toArray(),
    nodeOf,
    capabilities,
    produces,
    consumes,
    makers: transposed(produces, capabilities.length),
    onNode: transposed(rowForEach(nodeOf), nodes.length),
    links: indexLinks(environment.edges ?? [], numberOf, nodes.length),
  }
}

function numberNodes(
  found: readonly Component[],
  environment: Environment,
): { nodes: string[]; numberOf: (node: string) => number } {
  const names = new Set<string>()
  for (const component of found) names.add(component.node)
  for (const { from, to } of environment.edges ?? []) names.add(from).add(to)
  const nodes = [...names].sort()
  const numbers = new Map(nodes.map((node, number) => [node, number]))
  return { nodes, numberOf: (node) => numbers.get(node) as number }
}

function numberCapabilities(
  found: readonly Component[],
): Pick<SiteIndex, 'capabilities' | 'produces' | 'consumes'> {
  const numbers = new Map<string, number>()
  const capabilities: string[] = []
  const numberOf = (name: string): number => {
    const known = numbers.get(name)
    if (known !== undefined) return known
    numbers.set(name, capabilities.length)
    return capabilities.push(name) - 1
  }
  const produces = adjacencyBuilder(found.length)
  for (const component of found) {
    const made = component.produces ?? []
    for (const name of made.length > 1 ? [...new Set(made)].sort() : made) {
      produces.add(numberOf(name))
    }
    produces.next()
  }
  const makeable = capabilities.length
  const consumes = adjacencyBuilder(found.length)
  for (const component of found) {
    for (const name of component.consumes ?? []) consumes.add(numberOf(name))
    consumes.next()
  }
  const wanted = consumes.build()
  renumberUnmade(capabilities, makeable, wanted.targets)
  return { capabilities, produces: produces.build(), consumes: wanted }
}

/** Capabilities that nobody makes were met in the document's order; puts them in that of their names. */
function renumberUnmade(capabilities: string[], makeable: number, wanted: Uint32Array): void {
  if (capabilities.length === makeable) return
  const unmade = capabilities.slice(makeable)
  const sorted = [...unmade].sort()
  const place = new Map(sorted.map((name, index) => [name, makeable + index]))
  for (let index = 0; index < wanted.length; index++) {
    const met = wanted[index] as number
    if (met >= makeable) wanted[index] = place.get(capabilities[met] as string) as number
  }
  capabilities.length = makeable
  for (const name of sorted) capabilities.push(name)
}

/** One neighbour for each row. */
function rowForEach(targets: Uint32Array): Adjacency {
  return { offsets: Uint32Array.from({ length: targets.length + 1 }, (_, row) => row), targets }
}
