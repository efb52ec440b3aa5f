import toposort from 'toposort'
import type { Environment } from '../../src/index.js'

/** An edge as the definition says it, without any index: slow, and written apart from the planner. */
export interface PlainEdge {
  readonly application: string
  readonly capability: string
  readonly consumer: string
  readonly producer: string
  readonly from: string
  readonly to: string
}

/** Every pair of a producing and a consuming component of a site, those on one node included. */
export function plainEdges(environment: Environment): PlainEdge[] {
  const components = Object.entries(environment.applications).flatMap(([application, all]) =>
    Object.entries(all).map(([reference, component]) => ({ application, reference, ...component })),
  )
  return components.flatMap((consumer) =>
    [...new Set(consumer.consumes)].flatMap((capability) =>
      components
        .filter((producer) => producer.produces?.includes(capability))
        .map((producer) => ({
          application: consumer.application,
          capability,
          consumer: consumer.reference,
          producer: producer.reference,
          from: producer.node,
          to: consumer.node,
        })),
    ),
  )
}

export function nodesOf(environment: Environment, applications?: readonly string[]): string[] {
  const nodes = Object.entries(environment.applications)
    .filter(([name]) => applications === undefined || applications.includes(name))
    .flatMap(([, components]) => Object.values(components).map(({ node }) => node))
  return [...new Set(nodes)].sort()
}

/** `from to` for each pair of nodes, sorted, without duplicates and loops. */
export function pairs(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const texts = edges.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from} ${to}`)
  return [...new Set(texts)].sort()
}

/** Longest-path levels by way of toposort; undefined when that finds a cycle. */
export function oracleGroups(
  nodes: readonly string[],
  edges: readonly string[],
): string[][] | undefined {
  const ends = edges.map((edge) => edge.split(' ') as [string, string])
  let order: string[]
  try {
    order = toposort.array([...nodes], ends)
  } catch {
    return undefined
  }
  const level = new Map<string, number>()
  for (const node of order) {
    const producers = ends.filter(([, to]) => to === node).map(([from]) => level.get(from) ?? 0)
    level.set(node, producers.length === 0 ? 0 : Math.max(...producers) + 1)
  }
  const groups: string[][] = []
  for (const node of [...nodes].sort()) (groups[level.get(node) ?? 0] ??= []).push(node)
  return groups
}
