import { at } from '../numbers/adjacency.js'
import { sortedComponents } from './component-order.js'
import type { Plan } from './plan.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/** Which components a node carries, by application; both sorted. */
export function placementOf(site: SiteIndex, scope: Scope): Plan['placement'] {
  return (node) => {
    const placement = new Map<string, string[]>()
    for (const component of sortedComponents(site, at(scope.nodes, node))) {
      const application = site.applications[at(site.applicationOf, component)] as string
      const references = placement.get(application) ?? []
      references.push(site.components[component] as string)
      placement.set(application, references)
    }
    return placement
  }
}
