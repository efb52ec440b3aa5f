import { at, neighbours } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import type { AppliedApplication } from './plan.js'
import { eachComponent, type Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

interface Draft {
  readonly nodes: Set<number>
  readonly producers: Set<number>
}

/** Which applications a run of the plan touches, and on whom each depends; by name. */
export function appliedOf(site: SiteIndex, scope: Scope): AppliedApplication[] {
  const drafts = new Map<number, Draft>()
  eachComponent(site, scope, (component, node) => {
    const application = at(site.applicationOf, component)
    const draft = drafts.get(application) ?? { nodes: new Set(), producers: new Set() }
    drafts.set(application, draft)
    draft.nodes.add(node)
    for (const capability of neighbours(site.consumes, component)) {
      for (const maker of neighbours(site.makers, capability)) {
        const producer = scope.planOf[at(site.nodeOf, maker)] as number
        if (producer !== -1) draft.producers.add(producer)
      }
    }
  })
  const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b)
  return [...drafts]
    .map(([application, { nodes, producers }]) => ({
      name: site.applications[application] as string,
      nodes: ascending(nodes),
      producers: ascending(producers).filter((node) => !nodes.has(node)),
    }))
    .sort((a, b) => compareText(a.name, b.name))
}
