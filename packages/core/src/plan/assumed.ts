import { at, neighbours } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import type { Assumed } from './plan.js'
import { eachComponent, type Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/**
 * Producers that the plan's nodes need and that are not in it, also those of applications that are only applied
 * too: Puppet applies whole nodes. Sorted by consumer, capability and producer.
 */
export function assumedOf(site: SiteIndex, scope: Scope): Assumed[] {
  if (scope.nodes.length === site.nodes.length) return []
  const assumed: Assumed[] = []
  const isOutside = (node: number): boolean => scope.planOf[node] === -1
  const whyOf = (node: number): Assumed['why'] =>
    scope.done[node] === 1 ? 'assume-done' : 'outside'
  const nameOf = (node: number): string => site.nodes[node] as string

  eachComponent(site, scope, (component) => {
    for (const capability of new Set(neighbours(site.consumes, component))) {
      for (const maker of neighbours(site.makers, capability)) {
        const producer = at(site.nodeOf, maker)
        if (!isOutside(producer)) continue
        assumed.push({
          capability: site.capabilities[capability] as string,
          consumer: site.components[component] as string,
          consumerNode: nameOf(at(site.nodeOf, component)),
          producer: site.components[maker] as string,
          producerNode: nameOf(producer),
          why: whyOf(producer),
        })
      }
    }
  })
  const { links } = site
  links.from.forEach((from, link) => {
    const to = at(links.to, link)
    if (isOutside(to) || !isOutside(from)) return
    assumed.push({
      capability: links.origin[link] as string,
      consumer: nameOf(to),
      consumerNode: nameOf(to),
      producer: nameOf(from),
      producerNode: nameOf(from),
      why: whyOf(from),
    })
  })
  return assumed.sort(
    (a, b) =>
      compareText(a.consumerNode, b.consumerNode) ||
      compareText(a.consumer, b.consumer) ||
      compareText(a.capability, b.capability) ||
      compareText(a.producerNode, b.producerNode) ||
      compareText(a.producer, b.producer),
  )
}
