import { at } from '../numbers/adjacency.js'
import type { SiteIndex } from '../environment/site-index.js'

/** What of a site a plan is made for. */
export interface Scope {
  /** By application: 1 when selected. */
  readonly chosen: Uint8Array
  /** By node of the site: 1 when the operator says that it is done. */
  readonly done: Uint8Array
  /** Nodes of the plan: site's numbers, ascending. */
  readonly nodes: Uint32Array
  /** By node of the site: its number in the plan, -1 when it is not in it. */
  readonly planOf: Int32Array
}

/** @param inside by node of the site: 1 for those of the plan. */
export function scopeOf(chosen: Uint8Array, done: Uint8Array, inside: Uint8Array): Scope {
  const planOf = new Int32Array(inside.length).fill(-1)
  const nodes = new Uint32Array(inside.reduce((sum, flag) => sum + flag, 0))
  let next = 0
  inside.forEach((flag, node) => {
    if (flag === 0) return
    nodes[next] = node
    planOf[node] = next++
  })
  return { chosen, done, nodes, planOf }
}

/** Calls back for each component on the plan's nodes, by node. `node` is the plan's number. */
export function eachComponent(
  site: SiteIndex,
  scope: Scope,
  visit: (component: number, node: number) => void,
): void {
  const { offsets, targets } = site.onNode
  for (let node = 0; node < scope.nodes.length; node++) {
    const onSite = at(scope.nodes, node)
    const end = at(offsets, onSite + 1)
    for (let index = at(offsets, onSite); index < end; index++) visit(at(targets, index), node)
  }
}
