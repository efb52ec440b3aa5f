import toposort from 'toposort'
import { describe, expect, it } from 'vitest'
import { integerBelow, seededRandom } from '../testing/index.js'
import { adjacencyBuilder, neighbours, transposed } from '../numbers/adjacency.js'
import { incrementalOrder } from './incremental-order.js'
import { levelsOf } from './levels.js'
import { findLoops } from './loops.js'
import type { Adjacency } from '../numbers/adjacency.js'
import { strongComponents } from './strong-components.js'

type Edge = readonly [from: number, to: number]

/** Who waits for a node. */
function graph(count: number, edges: readonly Edge[]): Adjacency {
  const builder = adjacencyBuilder(count)
  for (let node = 0; node < count; node++) {
    const targets = edges.filter(([from]) => from === node).map(([, to]) => to)
    for (const target of [...new Set(targets)].sort((a, b) => a - b)) builder.add(target)
    builder.next()
  }
  return builder.build()
}

function randomEdges(seed: number): { count: number; edges: Edge[] } {
  const random = seededRandom(seed)
  const count = 1 + integerBelow(random, 12)
  const edges = Array.from({ length: integerBelow(random, 25) }, (): Edge => [
    integerBelow(random, count),
    integerBelow(random, count),
  ]).filter(([from, to]) => from !== to)
  return { count, edges }
}

function hasCycle(edges: readonly Edge[]): boolean {
  try {
    toposort(edges.map(([from, to]) => [String(from), String(to)] as [string, string]))
    return false
  } catch {
    return true
  }
}

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed)
const LONG = 100_000

describe('levels', () => {
  it('of a chain of 100,000 nodes are 100,000', () => {
    const producers = adjacencyBuilder(LONG)
    for (let node = 0; node < LONG; node++) {
      if (node > 0) producers.add(node - 1)
      producers.next()
    }
    const chain = producers.build()
    const { groups, ordered } = levelsOf(chain, transposed(chain, LONG))
    expect(ordered).toBe(LONG)
    expect(groups).toHaveLength(LONG)
    expect(Array.from(groups[LONG - 1] ?? [])).toEqual([LONG - 1])
  })

  it('leave out exactly what is in or behind a cycle', () => {
    for (const seed of SEEDS) {
      const { count, edges } = randomEdges(seed)
      const consumers = graph(count, edges)
      const { ordered, groups } = levelsOf(transposed(consumers, count), consumers)
      expect(ordered < count, `seed ${seed}`).toBe(hasCycle(edges))
      expect(
        groups.reduce((sum, group) => sum + group.length, 0),
        `seed ${seed}`,
      ).toBe(ordered)
    }
  })
})

describe('strong components', () => {
  it('of a circle of 100,000 nodes are one', () => {
    const circle = adjacencyBuilder(LONG)
    for (let node = 0; node < LONG; node++) {
      circle.add((node + 1) % LONG)
      circle.next()
    }
    const consumers = circle.build()
    expect(strongComponents(consumers).count).toBe(1)
    expect(findLoops(consumers, 50)).toMatchObject({ loops: { length: 1 }, more: 0 })
  })

  it('hold the nodes that reach each other, numbered against the edges', () => {
    for (const seed of SEEDS) {
      const { count, edges } = randomEdges(seed)
      const { of } = strongComponents(graph(count, edges))
      const reaches = reachability(count, edges)
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          const both = a === b || (reaches(a, b) && reaches(b, a))
          expect(of[a] === of[b], `seed ${seed}`).toBe(both)
        }
      }
      for (const [from, to] of edges) {
        expect(of[to], `seed ${seed}`).toBeLessThanOrEqual(of[from] as number)
      }
    }
  })
})

describe('loops', () => {
  it('are true, shortest through one of their edges, and cover every edge of a knot', () => {
    for (const seed of SEEDS) {
      const { count, edges } = randomEdges(seed)
      const consumers = graph(count, edges)
      const { loops, more } = findLoops(consumers, 1000)
      const { of } = strongComponents(consumers)
      const covered = new Set<string>()
      for (const loop of loops) {
        expect(new Set(loop).size, `seed ${seed}`).toBe(loop.length)
        expect(Math.min(...loop), `seed ${seed}`).toBe(loop[0])
        const hops = loop.map((node, index): Edge => [
          node,
          loop[(index + 1) % loop.length] as number,
        ])
        for (const [from, to] of hops) {
          expect(neighbours(consumers, from).includes(to), `seed ${seed}`).toBe(true)
          covered.add(`${from} ${to}`)
        }
        const shortest = hops.map(([from, to]) => distance(consumers, to, from) + 1)
        expect(shortest, `seed ${seed}`).toContain(loop.length)
      }
      const inKnots = edges.filter(([from, to]) => of[from] === of[to])
      expect(covered, `seed ${seed}`).toEqual(new Set(inKnots.map((edge) => edge.join(' '))))
      expect(more).toBe(0)
    }
  })

  it('are bounded, and every knot has its own before any has more', () => {
    const edges: Edge[] = []
    for (let knot = 0; knot < 10; knot++) {
      const [a, b, c] = [knot * 3, knot * 3 + 1, knot * 3 + 2]
      edges.push([a, b], [b, a], [b, c], [c, b])
    }
    const { loops, more } = findLoops(graph(30, edges), 12)
    expect(loops.map((loop) => loop[0])).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27])
    expect(more).toBe(10)
    expect(findLoops(graph(30, edges), 4)).toMatchObject({ loops: { length: 4 }, more: 10 })
  })
})

it('the incremental order takes an edge exactly when it closes no cycle', () => {
  for (const seed of SEEDS) {
    const { count, edges } = randomEdges(seed)
    const order = incrementalOrder(count)
    const taken: Edge[] = []
    for (const edge of edges) {
      const fits = !hasCycle([...taken, edge])
      expect(order.add(...edge), `seed ${seed}`).toBe(fits)
      if (fits) taken.push(edge)
    }
  }
})

function reachability(count: number, edges: readonly Edge[]): (a: number, b: number) => boolean {
  const consumers = graph(count, edges)
  return (a, b) => Number.isFinite(distance(consumers, a, b)) && a !== b
}

/** Steps from one node to another; Infinity when there is no way. */
function distance(consumers: Adjacency, from: number, to: number): number {
  const steps = new Map([[from, 0]])
  for (const [node, count] of steps) {
    for (const next of neighbours(consumers, node)) if (!steps.has(next)) steps.set(next, count + 1)
  }
  return steps.get(to) ?? Number.POSITIVE_INFINITY
}
