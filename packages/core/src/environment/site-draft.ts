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
import type { SourceEdge } from './environment.js'
import { indexLinks } from './link-index.js'
import { isCertname, isReference } from './names.js'
import type { SiteIndex } from './site-index.js'

/**
 * A site while its components are told one by one. Each different name is looked at once. A record with functions
 * beside it, as closures made anew for each site have V8 compile their callers again.
 */
export interface SiteDraft {
  readonly nodes: Numbering
  readonly produces: Rows
  readonly consumes: Rows
}

/** Lists of names as rows of numbers. */
interface Rows {
  readonly ends: NumberList
  readonly numbering: Numbering
  size: number
}

export function siteDraft(): SiteDraft {
  const capabilities = interner(isReference)
  return {
    nodes: numbering(interner(isCertname)),
    produces: newRows(capabilities),
    consumes: newRows(capabilities),
  }
}

/** The next component. False where a value is of a kind that the schema refuses: the draft is of no use then. */
export function addComponent(
  draft: SiteDraft,
  node: unknown,
  produces: unknown,
  consumes: unknown,
): boolean {
  if (typeof node !== 'string') return false
  ask(draft.nodes, node)
  return addRow(draft.produces, distinct(produces)) && addRow(draft.consumes, consumes)
}

/**
 * The site of a draft, which must not be used any more.
 * @param names of applications and components, accepted
 * @returns undefined for what the schema would refuse.
 */
export function drawnSite(
  draft: SiteDraft,
  names: Pick<SiteIndex, 'applications' | 'components' | 'applicationOf'>,
  edges: readonly unknown[],
): SiteIndex | undefined {
  const { nodes } = draft
  const met = nodes.interner
  settle(nodes)
  const produces = builtRows(draft.produces)
  const consumes = builtRows(draft.consumes)
  if (nodes.failed || produces === undefined || consumes === undefined) return undefined
  if (!areEdges(edges, met)) return undefined

  const order = sortedOrder(met.names)
  const sorted = Array.from(order, (number) => met.names[number] as string)
  const rank = rankOf(order)
  const nodeOf = toArray(nodes.numbers)
  renumber(nodeOf, rank)
  const capabilities = draft.produces.numbering.interner.names
  const { applications, components, applicationOf } = names
  // Each field by its name: of what is made with `...` V8 forgets the layout, and compiles the planner anew for each site.
  return {
    applications,
    nodes: sorted,
    components,
    applicationOf,
    nodeOf,
    capabilities,
    produces,
    consumes,
    makers: transposed(produces, capabilities.length),
    onNode: transposed(oneEach(nodeOf), sorted.length),
    links: indexLinks(edges, (node) => at(rank, numberOf(met, node)), sorted.length),
  }
}

function areEdges(edges: readonly unknown[], nodes: Interner): edges is readonly SourceEdge[] {
  return edges.every((edge) => {
    if (typeof edge !== 'object' || edge === null) return false
    const { from, to, origin } = edge as Partial<Record<keyof SourceEdge, unknown>>
    if (typeof from !== 'string' || typeof to !== 'string' || typeof origin !== 'string') {
      return false
    }
    return numberOf(nodes, from) !== -1 && numberOf(nodes, to) !== -1
  })
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

// Loops over all components are functions of their own: V8 compiles such a loop while it runs, with all around it.

function renumber(numbers: Uint32Array, rank: Uint32Array): void {
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = at(rank, at(numbers, index))
  }
}

/** One neighbour for each row. */
function oneEach(targets: Uint32Array): Adjacency {
  const offsets = new Uint32Array(targets.length + 1)
  for (let row = 0; row < offsets.length; row++) offsets[row] = row
  return { offsets, targets }
}
