import type { SourceEdge } from './environment.js'
import { transposed } from '../numbers/adjacency.js'
import { compareText } from './compare-text.js'
import type { Adjacency } from '../numbers/adjacency.js'

/** The orders between nodes that the source knows without components, by content: no duplicates, no loops to itself. */
export interface LinkIndex {
  /** By link; sorted by `to`, `from` and `origin`. */
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly origin: readonly string[]
  /** Node → links that end there. */
  readonly into: Adjacency
}

export function indexLinks(
  edges: readonly SourceEdge[],
  numberOf: (node: string) => number,
  nodes: number,
): LinkIndex {
  const links = edges
    .map((edge) => ({ from: numberOf(edge.from), to: numberOf(edge.to), origin: edge.origin }))
    .filter((link) => link.from !== link.to)
    .sort((a, b) => a.to - b.to || a.from - b.from || compareText(a.origin, b.origin))
    .filter((link, index, all) => {
      const before = all[index - 1]
      return before?.to !== link.to || before.from !== link.from || before.origin !== link.origin
    })
  const to = Uint32Array.from(links, (link) => link.to)
  const rows = Uint32Array.from({ length: links.length + 1 }, (_, row) => row)
  return {
    from: Uint32Array.from(links, (link) => link.from),
    to,
    origin: links.map((link) => link.origin),
    into: transposed({ offsets: rows, targets: to }, nodes),
  }
}
