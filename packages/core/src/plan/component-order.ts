import { at, neighbours } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import type { SiteIndex } from '../environment/site-index.js'

/** By application and reference. */
export function compareComponents(site: SiteIndex, a: number, b: number): number {
  const application = (component: number): string =>
    site.applications[at(site.applicationOf, component)] as string
  return (
    compareText(application(a), application(b)) ||
    compareText(site.components[a] as string, site.components[b] as string)
  )
}

/** The components of a node of the site, by application and reference. */
export function sortedComponents(site: SiteIndex, node: number): Uint32Array {
  const components = neighbours(site.onNode, node)
  if (components.length < 2) return components
  return components.slice().sort((a, b) => compareComponents(site, a, b))
}
