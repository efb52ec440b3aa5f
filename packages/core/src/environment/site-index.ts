import { at, transposed, type Adjacency } from '../numbers/adjacency.js'
import {
  ask,
  interner,
  numbering,
  numberOf,
  settle,
  type Interner,
  type Numbering,
} from '../numbers/interner.js'
import { numberList, push, toArray, type NumberList } from '../numbers/number-list.js'
import type { Environment, SourceEdge } from './environment.js'
import { indexLinks, type LinkIndex } from './link-index.js'
import * as names from './names.js'

const isReference = matcher(names.REFERENCE)
const isCertname = matcher(names.CERTNAME)
const isEnvironmentName = matcher(names.ENVIRONMENT_NAME)

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
  const met = interner(isCertname)
  const nodes = numbering(met)
  const capabilities = interner(isReference)
  const produces = newRows(capabilities)
  const consumes = newRows(capabilities)
  for (let number = 0; number < applications.length; number++) {
    const name = applications[number] as string
    const application: unknown = document.applications[name]
    if (!isReference(name) || !isRecord(application)) return undefined
    for (const reference of Object.keys(application)) {
      const component = application[reference]
      if (!isReference(reference) || !isRecord(component)) return undefined
      if (typeof component.node !== 'string') return undefined
      ask(nodes, component.node)
      if (!addRow(produces, distinct(component.produces))) return undefined
      if (!addRow(consumes, component.consumes)) return undefined
      components.push(reference)
      push(applicationOf, number)
    }
  }
  settle(nodes)
  const made = builtRows(produces)
  const needed = builtRows(consumes)
  if (nodes.failed || made === undefined || needed === undefined) return undefined
  const edges = document.edges ?? []
  if (!edges.every((edge) => isEdge(edge, met))) return undefined

  const order = sortedOrder(met.names)
  const sorted = Array.from(order, (number) => met.names[number] as string)
  const rank = rankOf(order)
  const nodeOf = toArray(nodes.numbers)
  for (let component = 0; component < nodeOf.length; component++) {
    nodeOf[component] = at(rank, at(nodeOf, component))
  }
  return {
    applications,
    nodes: sorted,
    components,
    applicationOf: toArray(applicationOf),
    nodeOf,
    capabilities: capabilities.names,
    produces: made,
    consumes: needed,
    makers: transposed(made, capabilities.names.length),
    onNode: transposed(oneEach(nodeOf), sorted.length),
    links: indexLinks(edges, (node) => at(rank, numberOf(met, node)), sorted.length),
  }
}

function matcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, 'u')
  return (text) => expression.test(text)
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

function isEdge(edge: unknown, nodes: Interner): edge is SourceEdge {
  if (!isRecord(edge)) return false
  const { from, to, origin } = edge
  if (typeof from !== 'string' || typeof to !== 'string' || typeof origin !== 'string') return false
  return numberOf(nodes, from) !== -1 && numberOf(nodes, to) !== -1
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The numbers of names that all differ, by name. The library's sort, as it makes use of names that lie in order. */
function sortedOrder(names: readonly string[]): number[] {
  const numbers = Array.from(names, (_, number) => number)
  return numbers.sort((a, b) => ((names[a] as string) < (names[b] as string) ? -1 : 1))
}

/** By number: its place in the order. */
function rankOf(order: readonly number[]): Uint32Array {
  const rank = new Uint32Array(order.length)
  for (let place = 0; place < order.length; place++) rank[order[place] as number] = place
  return rank
}

/** Lists of names as rows of numbers. */
interface Rows {
  readonly ends: NumberList
  readonly numbering: Numbering
  size: number
}

function newRows(names: Interner): Rows {
  const ends = numberList()
  push(ends, 0)
  return { ends, numbering: numbering(names), size: 0 }
}

/** False for what is no list of texts. */
function addRow(rows: Rows, list: unknown): boolean {
  if (list !== undefined) {
    if (!Array.isArray(list)) return false
    for (const name of list as unknown[]) {
      if (typeof name !== 'string') return false
      ask(rows.numbering, name)
    }
    rows.size += list.length
  }
  push(rows.ends, rows.size)
  return true
}

/** Undefined when a name was not accepted. */
function builtRows({ ends, numbering }: Rows): Adjacency | undefined {
  settle(numbering)
  if (numbering.failed) return undefined
  return { offsets: toArray(ends), targets: toArray(numbering.numbers) }
}

function distinct(list: unknown): unknown {
  return Array.isArray(list) && list.length > 1 ? [...new Set<unknown>(list)] : list
}

/** One neighbour for each row. */
function oneEach(targets: Uint32Array): Adjacency {
  const offsets = new Uint32Array(targets.length + 1)
  for (let row = 0; row < offsets.length; row++) offsets[row] = row
  return { offsets, targets }
}
