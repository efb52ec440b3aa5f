import { at, neighbours } from '../numbers/adjacency.js'
import { numberList, push, toArray } from '../numbers/number-list.js'
import type { Adjacency } from '../numbers/adjacency.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

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
 * @returns each edge once; neighbours in no order.
 */
export function edgesOf(site: SiteIndex, scope: Scope, source: EdgeSource): Adjacency {
  const { onNode, consumes, makers, applicationOf, links } = site
  const producers = producersOf(site, scope)
  const count = scope.nodes.length
  const offsets = new Uint32Array(count + 1)
  const edges = numberList(consumes.targets.length)
  // By producer, whom it was last found to be waited for: an edge is written once however many components cause it.
  const waiter = new Int32Array(count).fill(-1)
  for (let node = 0; node < count; node++) {
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
          const producer = producers[maker] as number
          if (producer < 0 || producer === node || waiter[producer] === node) continue
          waiter[producer] = node
          push(edges, producer)
        }
      }
    }
    for (const link of source.links ? neighbours(links.into, onSite) : []) {
      const producer = scope.planOf[at(links.from, link)] as number
      if (producer < 0 || waiter[producer] === node) continue
      waiter[producer] = node
      push(edges, producer)
    }
    offsets[node + 1] = edges.size
  }
  return { offsets, targets: toArray(edges) }
}

/** By place in `makers`: the maker's node in the plan, -1 for one outside. */
function producersOf({ makers, nodeOf }: SiteIndex, scope: Scope): Int32Array {
  const nodes = new Int32Array(makers.targets.length)
  for (let place = 0; place < nodes.length; place++) {
    nodes[place] = scope.planOf[at(nodeOf, at(makers.targets, place))] as number
  }
  return nodes
}
