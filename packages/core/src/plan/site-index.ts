import type { Component, Environment } from '../environment/environment.js'
import { at, transposed } from './adjacency.js'
import { interner, type Interner } from './interner.js'
import { indexLinks, type LinkIndex } from './link-index.js'
import { numberList } from './number-list.js'
import type { Adjacency } from './plan.js'

/**
 * An environment in numbers, made in one pass over it in the order of the document, as its strings lie in memory
 * in that order. Nodes are numbered by name; the numbers of all else depend on the document, so that nothing
 * that is shown or digested may follow them.
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
  /** Component → capabilities. */
  readonly produces: Adjacency
  /** Component → capabilities as they are written: duplicates are borne. */
  readonly consumes: Adjacency
  /** Capability → components that make it, ascending. */
  readonly makers: Adjacency
  /** Node → components, ascending. */
  readonly onNode: Adjacency
  readonly links: LinkIndex
}

export function indexSite(environment: Environment): SiteIndex {
  const applications = Object.keys(environment.applications)
  const components: string[] = []
  const applicationOf = numberList()
  const nodeNumbers = numberList()
  const nodes = interner()
  const capabilities = interner()
  const produces = rowsOf(capabilities)
  const consumes = rowsOf(capabilities)
  applications.forEach((name, number) => {
    const application = environment.applications[name] ?? {}
    for (const reference of Object.keys(application)) {
      const component = application[reference] as Component
      components.push(reference)
      applicationOf.push(number)
      nodeNumbers.push(nodes.number(component.node))
      produces.add(distinct(component.produces))
      consumes.add(component.consumes)
    }
  })
  const links = environment.edges ?? []
  for (const { from, to } of links) {
    nodes.number(from)
    nodes.number(to)
  }
  const sorted = [...nodes.names].sort()
  const rank = new Uint32Array(sorted.length)
  sorted.forEach((node, index) => {
    rank[nodes.number(node)] = index
  })
  const nodeOf = nodeNumbers.toArray().map((number) => at(rank, number))
  const made = produces.build()
  return {
    applications,
    nodes: sorted,
    components,
    applicationOf: applicationOf.toArray(),
    nodeOf,
    capabilities: capabilities.names,
    produces: made,
    consumes: consumes.build(),
    makers: transposed(made, capabilities.names.length),
    onNode: transposed(oneEach(nodeOf), sorted.length),
    links: indexLinks(links, (node) => at(rank, nodes.number(node)), sorted.length),
  }
}

/** Takes lists of names and keeps them as rows of numbers. */
function rowsOf(names: Interner): {
  add(list: readonly string[] | undefined): void
  build(): Adjacency
} {
  const offsets = numberList()
  const targets = numberList()
  offsets.push(0)
  return {
    add(list) {
      if (list !== undefined) for (const name of list) targets.push(names.number(name))
      offsets.push(targets.size())
    },
    build: () => ({ offsets: offsets.toArray(), targets: targets.toArray() }),
  }
}

function distinct(list: readonly string[] | undefined): readonly string[] | undefined {
  return list !== undefined && list.length > 1 ? [...new Set(list)] : list
}

/** One neighbour for each row. */
function oneEach(targets: Uint32Array): Adjacency {
  const offsets = new Uint32Array(targets.length + 1)
  for (let row = 0; row < offsets.length; row++) offsets[row] = row
  return { offsets, targets }
}
