import { at, degree, neighbours } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import type { SiteIndex } from '../environment/site-index.js'

/** Up to so many components, moving them by hand is quicker than a call to the library's sort. */
const SHORT = 32

/** By application and reference. */
export function compareComponents(site: SiteIndex, a: number, b: number): number {
  const [one, other] = [at(site.applicationOf, a), at(site.applicationOf, b)]
  return (
    (one === other
      ? 0
      : compareText(site.applications[one] as string, site.applications[other] as string)) ||
    compareText(site.components[a] as string, site.components[b] as string)
  )
}

/** The components of a node of the site, by application and reference. */
export function sortedComponents(site: SiteIndex, node: number): Uint32Array {
  const components = new Uint32Array(degree(site.onNode, node))
  copySorted(site, node, components, 0)
  return components
}

/**
 * As `sortedComponents`, into a list.
 * @returns the end of what was written from `start` on.
 */
export function copySorted(
  site: SiteIndex,
  node: number,
  list: Uint32Array,
  start: number,
): number {
  const { offsets, targets } = site.onNode
  const first = at(offsets, node)
  const end = start + degree(site.onNode, node)
  if (end - start > SHORT) {
    list.set(neighbours(site.onNode, node), start)
    list.subarray(start, end).sort((a, b) => compareComponents(site, a, b))
    return end
  }
  // Most nodes have few, most sources tell them in order.
  for (let next = start; next < end; next++) {
    const component = at(targets, first + next - start)
    let place = next
    while (place > start && compareComponents(site, at(list, place - 1), component) > 0) {
      list[place] = at(list, place - 1)
      place--
    }
    list[place] = component
  }
  return end
}
