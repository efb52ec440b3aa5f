import { adjacencyBuilder, at, neighbours, transposed } from '../numbers/adjacency.js'
import { incrementalOrder } from './incremental-order.js'
import { levelsOf } from './levels.js'
import type { Adjacency } from '../numbers/adjacency.js'
import { strongComponents } from './strong-components.js'

export interface Settled {
  /** Whom a node waits for, in no order: all strong edges, and the weak ones that close no cycle. */
  readonly producers: Adjacency
  /** Pairs of from and to: weak edges that would close one, by `from` and `to`. */
  readonly ignored: readonly (readonly [from: number, to: number])[]
}

/**
 * Adds the edges of applications that were not selected. They are kept where they can be: Puppet applies the
 * whole node. One that would close a cycle with those before it, in the order of the nodes, is left out.
 * @param strong whom a node waits for: the selection's own edges.
 * @param weak likewise; may repeat strong ones.
 */
export function settleWeakEdges(strong: Adjacency, weak: Adjacency): Settled {
  const count = strong.offsets.length - 1
  const extra = without(weak, strong)
  const all = merged(strong, extra, () => true)
  if (levelsOf(all, transposed(all, count)).ordered === count)
    return { producers: all, ignored: [] }

  // A cycle of strong edges is reported elsewhere; here each such knot counts as one place in the order.
  const knots = strongComponents(transposed(strong, count))
  const order = incrementalOrder(knots.count)
  // The knots are numbered against the edges.
  const place = (node: number): number => knots.count - 1 - at(knots.of, node)
  const add = (from: number, to: number): boolean => order.add(place(from), place(to))
  eachEdge(transposed(strong, count), add)
  const ignored: [number, number][] = []
  const dropped = new Set<string>()
  eachEdge(transposed(extra, count), (from, to) => {
    if (add(from, to)) return
    ignored.push([from, to])
    dropped.add(`${from} ${to}`)
  })
  return { producers: merged(strong, extra, (from, to) => !dropped.has(`${from} ${to}`)), ignored }
}

function eachEdge(consumers: Adjacency, visit: (from: number, to: number) => unknown): void {
  for (let from = 0; from + 1 < consumers.offsets.length; from++) {
    for (const to of neighbours(consumers, from)) visit(from, to)
  }
}

/** The edges of one that the other has not. */
function without(one: Adjacency, other: Adjacency): Adjacency {
  const rows = one.offsets.length - 1
  const builder = adjacencyBuilder(rows)
  for (let row = 0; row < rows; row++) {
    const taken = new Set(neighbours(other, row))
    for (const target of neighbours(one, row)) if (!taken.has(target)) builder.add(target)
    builder.next()
  }
  return builder.build()
}

/** Both sets, which share no edge. */
function merged(
  strong: Adjacency,
  extra: Adjacency,
  keep: (from: number, to: number) => boolean,
): Adjacency {
  const rows = strong.offsets.length - 1
  const builder = adjacencyBuilder(rows)
  for (let to = 0; to < rows; to++) {
    for (const from of neighbours(strong, to)) builder.add(from)
    for (const from of neighbours(extra, to)) if (keep(from, to)) builder.add(from)
    builder.next()
  }
  return builder.build()
}
