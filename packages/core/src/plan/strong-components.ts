import { at } from '../numbers/adjacency.js'
import type { Adjacency } from '../numbers/adjacency.js'

/** Nodes that all reach each other belong to one strong component; a node on no cycle is one of its own. */
export interface StrongComponents {
  readonly count: number
  /** By node. Numbered against the edges: an edge never leads to a component with a higher number. */
  readonly of: Uint32Array
}

/** Tarjan's algorithm with a stack of its own instead of recursion. */
export function strongComponents({ offsets, targets }: Adjacency): StrongComponents {
  const size = offsets.length - 1
  const of = new Uint32Array(size)
  // When a node was met first, from 1; 0: not yet.
  const met = new Uint32Array(size)
  const lowest = new Uint32Array(size)
  const waiting = new Uint8Array(size)
  const stack = new Uint32Array(size)
  const path = new Uint32Array(size)
  const edge = offsets.slice(0, size)
  let count = 0
  let time = 0
  let stacked = 0
  for (let root = 0; root < size; root++) {
    if (met[root] !== 0) continue
    let depth = 0
    path[0] = root
    while (depth >= 0) {
      const node = at(path, depth)
      if (met[node] === 0) {
        met[node] = lowest[node] = ++time
        stack[stacked++] = node
        waiting[node] = 1
      }
      const next = at(edge, node)
      if (next < at(offsets, node + 1)) {
        edge[node] = next + 1
        const target = at(targets, next)
        if (met[target] === 0) path[++depth] = target
        else if (waiting[target] === 1) lowest[node] = Math.min(at(lowest, node), at(met, target))
        continue
      }
      if (lowest[node] === met[node]) {
        let member: number
        do {
          member = at(stack, --stacked)
          waiting[member] = 0
          of[member] = count
        } while (member !== node)
        count++
      }
      depth--
      if (depth >= 0) {
        const parent = at(path, depth)
        lowest[parent] = Math.min(at(lowest, parent), at(lowest, node))
      }
    }
  }
  return { count, of }
}
