import type { Hasher } from '../ports/hasher.js'
import { at, neighbours } from './adjacency.js'
import type { Plan } from './plan.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from './site-index.js'

/** What of the plan the digest takes from its lists. */
export type DigestedLists = Pick<
  Plan,
  'environment' | 'codeId' | 'applications' | 'alsoApplied' | 'assumed' | 'unproduced' | 'ignored' | 'dropped'
>

/** Changes whenever the way of digesting does, so that an older saved plan is refused rather than misread. */
const VERSION = 'choirmaster.digest/1'

/**
 * SHA-256 of a plan's content: names and what its components produce and consume, not the order in which the
 * document tells it, nor duplicates, nor what was asked for to get there. Parts of the site that the plan does
 * not hold or assume do not count.
 */
export function digestOf(
  site: SiteIndex,
  scope: Scope,
  lists: DigestedLists,
  hasher: Hasher,
): string {
  const text = (value: unknown): void => {
    hasher.update(JSON.stringify(value))
    hasher.update('\n')
  }
  const components = site.nodeOf.reduce<number[]>((all, node, component) => {
    if (scope.planOf[node] !== -1) all.push(component)
    return all
  }, [])
  const numbering = numberCapabilities(site, components)
  text([VERSION, lists.environment, lists.codeId, lists.applications, lists.alsoApplied])
  text([lists.assumed, lists.unproduced, lists.ignored, lists.dropped])
  text(Array.from(scope.nodes, (node) => site.nodes[node]))
  text(components.map((component) => site.components[component]))
  text(numbering.names)
  text(linksOf(site, scope))
  const applications = numberApplications(site, lists)
  const write = numberWriter(hasher)
  for (const component of components) {
    write.number(at(applications, at(site.applicationOf, component)))
    write.number(at(scope.planOf, at(site.nodeOf, component)))
    write.sorted(neighbours(site.produces, component), numbering.numberOf)
    write.sorted(neighbours(site.consumes, component), numbering.numberOf)
  }
  write.end()
  return hasher.digest()
}
