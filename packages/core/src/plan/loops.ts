import { at, neighbours } from '../numbers/adjacency.js'
import type { Adjacency } from '../numbers/adjacency.js'
import { strongComponents } from './strong-components.js'

/** A circle of nodes: each is waited for by the next, the last by the first. Starts with the lowest number. */
export type Loop = readonly number[]

export interface Loops {
  readonly loops: readonly Loop[]
  /** How many there are at least that are not listed. */
  readonly more: number
}

/** Nodes that all wait for each other, and the edges among them. */
interface Knot {
  readonly members: readonly number[]
  inside(node: number): boolean
}

/**
 * Names the cycles: of each knot the shortest loop through each edge that no loop has covered yet (all the
 * loops there are can be exponentially many).
 * @param consumers who waits for a node.
 * @param most how many loops to list; shared among the knots, so that each is named while there are fewer.
 */
export function findLoops(consumers: Adjacency, most: number): Loops {
  const knots = knotsOf(consumers)
  const listed = knots.slice(0, most)
  const each = Math.max(1, Math.floor(most / Math.max(1, listed.length)))
  const search = loopSearch(consumers)
  const found = listed.map((knot) => loopsOf(knot, consumers, search, each))
  return {
    loops: found.flatMap(({ loops }) => loops),
    more: knots.length - listed.length + found.filter(({ complete }) => !complete).length,
  }
}

/** In the order of their lowest member. */
function knotsOf(consumers: Adjacency): Knot[] {
  const { of } = strongComponents(consumers)
  const members = new Map<number, number[]>()
  of.forEach((component, node) => {
    const list = members.get(component)
    if (list) list.push(node)
    else members.set(component, [node])
  })
  return [...members]
    .filter(([, list]) => list.length > 1)
    .map(([component, list]) => ({ members: list, inside: (node) => of[node] === component }))
}

type Search = (knot: Knot, from: number, to: number) => number[]

function loopsOf(
  knot: Knot,
  consumers: Adjacency,
  search: Search,
  most: number,
): { loops: readonly Loop[]; complete: boolean } {
  const loops: number[][] = []
  const covered = new Set<string>()
  const shortestFirst = (): Loop[] => loops.map(fromLowest).sort((a, b) => a.length - b.length)
  for (const from of knot.members) {
    for (const to of neighbours(consumers, from)) {
      if (!knot.inside(to) || covered.has(`${from} ${to}`)) continue
      if (loops.length === most) return { loops: shortestFirst(), complete: false }
      const loop = search(knot, from, to)
      loop.forEach((node, place) => covered.add(`${node} ${loop[(place + 1) % loop.length]}`))
      loops.push(loop)
    }
  }
  return { loops: shortestFirst(), complete: true }
}

/** Finds the shortest way back, breadth first. The edge is inside the knot, so that there is one. */
function loopSearch(consumers: Adjacency): Search {
  const size = consumers.offsets.length - 1
  const cameFrom = new Int32Array(size)
  const queue = new Uint32Array(size)
  return (knot, from, to) => {
    cameFrom.fill(-1)
    queue[0] = to
    cameFrom[to] = to
    let end = 1
    for (let place = 0; cameFrom[from] === -1; place++) {
      const node = at(queue, place)
      for (const next of neighbours(consumers, node)) {
        if (cameFrom[next] !== -1 || !knot.inside(next)) continue
        cameFrom[next] = node
        queue[end++] = next
      }
    }
    const wayBack = [from]
    for (let node = from; node !== to;) {
      node = cameFrom[node] as number
      wayBack.push(node)
    }
    // Backwards it leads from `from` to `to`; as a loop it begins with the edge that was asked for.
    return [from, ...wayBack.slice(1).reverse()]
  }
}

function fromLowest(loop: Loop): Loop {
  const lowest = loop.reduce(
    (best, node, place) => (node < (loop[best] as number) ? place : best),
    0,
  )
  return [...loop.slice(lowest), ...loop.slice(0, lowest)]
}
