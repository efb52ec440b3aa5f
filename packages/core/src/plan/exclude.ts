import { neighbours } from '../numbers/adjacency.js'
import type { Adjacency } from '../numbers/adjacency.js'
import type { Dropped } from './plan.js'
import { scopeOf, type Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/**
 * Takes nodes out of a scope, and with each all that depends on it.
 * @param names excluded nodes of the site; those outside of the scope need no dropping.
 * @param consumers who waits for a node, in the scope's numbers.
 */
export function exclude(
  site: SiteIndex,
  scope: Scope,
  names: readonly string[],
  consumers: Adjacency,
): { scope: Scope; dropped: Dropped[] } {
  const excluded = new Set(names)
  const nameOf = (node: number): string => site.nodes[scope.nodes[node] as number] as string
  const queue: number[] = []
  // By node of the scope: the excluded node because of which it is dropped.
  const because = new Map<number, number>()
  for (let node = 0; node < scope.nodes.length; node++) {
    if (!excluded.has(nameOf(node))) continue
    because.set(node, node)
    queue.push(node)
  }
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] as number
    for (const dependent of neighbours(consumers, node)) {
      if (because.has(dependent)) continue
      because.set(dependent, because.get(node) as number)
      queue.push(dependent)
    }
  }
  const inside = new Uint8Array(site.nodes.length)
  scope.nodes.forEach((onSite, node) => {
    inside[onSite] = because.has(node) ? 0 : 1
  })
  const dropped = [...because]
    .sort(([a], [b]) => a - b)
    .map(([node, root]): Dropped => {
      if (node === root) return { node: nameOf(node), why: 'excluded' }
      return { node: nameOf(node), why: 'dependent', of: nameOf(root) }
    })
  return { scope: scopeOf(scope.chosen, scope.done, inside), dropped }
}
