import { adjacencyBuilder, at, neighbours, transposed } from './adjacency.js'
import type { Adjacency } from './plan.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from './site-index.js'

/** Which of a site's orders become edges. */
export interface EdgeSource {
  /** By application: 1 for those whose components' needs count. */
  readonly applications: Uint8Array
  /** Whether the orders that the source knows without components count. */
  readonly links: boolean
}

/**
 * The edges between the nodes of a plan, as whom each node waits for: node b waits for node a when a component
 * on b consumes what a component on a produces, for all of a capability's producers. A node never waits for itself.
 */
export function edgesOf(site: SiteIndex, scope: Scope, source: EdgeSource): Adjacency {
  const { onNode, consumes, makers, nodeOf, applicationOf, links } = site
  const count = scope.nodes.length
  const builder = adjacencyBuilder(count)
  // Each node's last waiter: an edge is written once however many components cause it.
  const waiter = new Int32Array(count).fill(-1)
  for (let node = 0; node < count; node++) {
    const wait = (producer: number): void => {
      if (producer < 0 || producer === node || waiter[producer] === node) return
      waiter[producer] = node
      builder.add(producer)
    }
    const onSite = at(scope.nodes, node)
    const lastComponent = at(onNode.offsets, onSite + 1)
    for (let place = at(onNode.offsets, onSite); place < lastComponent; place++) {
      const component = at(onNode.targets, place)
      if (source.applications[at(applicationOf, component)] !== 1) continue
      const lastNeed = at(consumes.offsets, component + 1)
      for (let need = at(consumes.offsets, component); need < lastNeed; need++) {
        const capability = at(consumes.targets, need)
        const lastMaker = at(makers.offsets, capability + 1)
        for (let maker = at(makers.offsets, capability); maker < lastMaker; maker++) {
          wait(at(scope.planOf, at(nodeOf, at(makers.targets, maker))))
        }
      }
    }
    if (source.links) {
      for (const link of neighbours(links.into, onSite)) {
        wait(at(scope.planOf, at(links.from, link)))
      }
    }
    builder.next()
  }
  return ascending(builder.build())
}

/** The same edges with each node's neighbours ascending. */
export function ascending(edges: Adjacency): Adjacency {
  const rows = edges.offsets.length - 1
  return transposed(transposed(edges, rows), rows)
}
