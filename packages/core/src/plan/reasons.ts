import { at, neighbours } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import type { Because } from './plan.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/** Why a node waits for others, by producing node; numbers of the plan. */
export type ReasonsOf = (to: number) => ReadonlyMap<number, readonly Because[]>

/**
 * Reasons are not kept with the edges, as most are never shown: they are found again from the components of the
 * waiting node. The last answer is kept, so that all edges into a node cost one search.
 */
export function reasonsOf(site: SiteIndex, scope: Scope): ReasonsOf {
  let last: { to: number; reasons: ReadonlyMap<number, readonly Because[]> } | undefined
  return (to) => {
    if (last?.to !== to) last = { to, reasons: find(site, scope, to) }
    return last.reasons
  }
}

function find(site: SiteIndex, scope: Scope, to: number): Map<number, Because[]> {
  const reasons = new Map<number, Because[]>()
  const add = (producerNode: number, because: Because): void => {
    const from = scope.planOf[producerNode] as number
    if (from === -1 || from === to) return
    const list = reasons.get(from)
    if (list) list.push(because)
    else reasons.set(from, [because])
  }
  const onSite = at(scope.nodes, to)
  for (const component of neighbours(site.onNode, onSite)) {
    for (const capability of new Set(neighbours(site.consumes, component))) {
      for (const maker of neighbours(site.makers, capability)) {
        add(at(site.nodeOf, maker), {
          capability: site.capabilities[capability] as string,
          producer: site.components[maker] as string,
          consumer: site.components[component] as string,
        })
      }
    }
  }
  for (const link of neighbours(site.links.into, onSite)) {
    const from = at(site.links.from, link)
    add(from, {
      capability: site.links.origin[link] as string,
      producer: site.nodes[from] as string,
      consumer: site.nodes[onSite] as string,
    })
  }
  for (const list of reasons.values()) {
    list.sort(
      (a, b) =>
        compareText(a.capability, b.capability) ||
        compareText(a.producer, b.producer) ||
        compareText(a.consumer, b.consumer),
    )
  }
  return reasons
}
