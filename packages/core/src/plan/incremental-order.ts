import { at } from '../numbers/adjacency.js'

/** A graph that is kept free of cycles edge by edge. */
export interface IncrementalOrder {
  /** Adds an edge, unless it would close a cycle: then false. */
  add(from: number, to: number): boolean
}

/**
 * Keeps a topological order of the edges so far (Pearce and Kelly, 2006): an edge that agrees with it costs
 * nothing, any other a search among the nodes between its two ends.
 */
export function incrementalOrder(count: number): IncrementalOrder {
  const place = Uint32Array.from({ length: count }, (_, node) => node)
  const after: (number[] | undefined)[] = new Array<undefined>(count)
  const before: (number[] | undefined)[] = new Array<undefined>(count)
  const found = new Uint8Array(count)

  /** Nodes reached from `start`, itself included, whose place is within the bounds; marked as found. */
  const reach = (
    start: number,
    edges: readonly (readonly number[] | undefined)[],
    within: (place: number) => boolean,
  ): number[] => {
    const nodes = [start]
    found[start] = 1
    for (let next = 0; next < nodes.length; next++) {
      for (const node of edges[nodes[next] as number] ?? []) {
        if (found[node] === 1 || !within(at(place, node))) continue
        found[node] = 1
        nodes.push(node)
      }
    }
    return nodes
  }

  return {
    add(from, to) {
      if (from === to) return false
      const lower = at(place, to)
      const upper = at(place, from)
      if (upper > lower) {
        const later = reach(to, after, (at) => at <= upper)
        const closes = found[from] === 1
        const earlier = closes ? [] : reach(from, before, (at) => at >= lower)
        for (const node of [...later, ...earlier]) found[node] = 0
        if (closes) return false
        reorder(place, earlier, later)
      }
      ;(after[from] ??= []).push(to)
      ;(before[to] ??= []).push(from)
      return true
    },
  }
}

/** Gives the places that both lists hold to the earlier nodes first, each list in the order that it had. */
function reorder(place: Uint32Array, earlier: readonly number[], later: readonly number[]): void {
  const byPlace = (nodes: readonly number[]): number[] =>
    [...nodes].sort((a, b) => at(place, a) - at(place, b))
  const nodes = [...byPlace(earlier), ...byPlace(later)]
  const places = nodes.map((node) => at(place, node)).sort((a, b) => a - b)
  nodes.forEach((node, index) => {
    place[node] = places[index] as number
  })
}
