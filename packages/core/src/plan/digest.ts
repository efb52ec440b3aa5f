import type { Hasher } from '../ports/hasher.js'
import { at, degree } from '../numbers/adjacency.js'
import { compareText } from '../environment/compare-text.js'
import { sortedComponents } from './component-order.js'
import {
  digestWriter,
  digestWritten,
  writeJson,
  writeNames,
  writeNumber,
  writeSet,
} from './digest-writer.js'
import { numberList, push, toArray } from '../numbers/number-list.js'
import type { Plan } from './plan.js'
import type { Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/** What of the plan the digest takes from its lists. */
export type DigestedLists = Pick<
  Plan,
  | 'environment'
  | 'codeId'
  | 'applications'
  | 'alsoApplied'
  | 'assumed'
  | 'unproduced'
  | 'ignored'
  | 'dropped'
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
  const writer = digestWriter(hasher)
  writeJson(writer, [
    VERSION,
    lists.environment,
    lists.codeId,
    lists.applications,
    lists.alsoApplied,
  ])
  writeJson(writer, [
    lists.assumed,
    lists.unproduced,
    lists.ignored,
    lists.dropped,
    linksOf(site, scope),
  ])
  const { components, perNode } = inOrder(site, scope)
  const capabilities = numberCapabilities(site, components)
  writeNames(writer, scope.nodes, site.nodes)
  writeNames(writer, components, site.components)
  writeNames(writer, capabilities.inOrder, site.capabilities)
  for (const count of perNode) writeNumber(writer, count)
  const applications = numberApplications(site, lists)
  for (const component of components) {
    writeNumber(writer, at(applications, at(site.applicationOf, component)))
    writeSet(writer, site.produces, component, capabilities.numberOf)
    writeSet(writer, site.consumes, component, capabilities.numberOf)
  }
  return digestWritten(writer)
}

/** The plan's components by node, application and reference, and how many a node has. */
function inOrder(site: SiteIndex, scope: Scope): { components: Uint32Array; perNode: Uint32Array } {
  const components = numberList()
  const perNode = scope.nodes.map((node) => {
    const count = degree(site.onNode, node)
    if (count === 1) push(components, at(site.onNode.targets, at(site.onNode.offsets, node)))
    else for (const component of sortedComponents(site, node)) push(components, component)
    return count
  })
  return { components: toArray(components), perNode }
}

/** Numbers the capabilities of these components: by who makes them, those made elsewhere or nowhere last, by name. */
function numberCapabilities(
  site: SiteIndex,
  components: Uint32Array,
): { inOrder: Uint32Array; numberOf: Int32Array } {
  const numberOf = new Int32Array(site.capabilities.length).fill(-1)
  const order = numberList()
  const number = (capability: number): void => {
    if (numberOf[capability] !== -1) return
    numberOf[capability] = order.size
    push(order, capability)
  }
  const byName = (a: number, b: number): number =>
    compareText(site.capabilities[a] as string, site.capabilities[b] as string)
  for (const component of components) {
    const { offsets, targets } = site.produces
    const first = at(offsets, component)
    const count = at(offsets, component + 1) - first
    if (count === 1) number(at(targets, first))
    else
      targets
        .slice(first, first + count)
        .sort(byName)
        .forEach(number)
  }
  const unmade = new Set<number>()
  for (const component of components) {
    const { offsets, targets } = site.consumes
    const end = at(offsets, component + 1)
    for (let need = at(offsets, component); need < end; need++) {
      const capability = at(targets, need)
      if (numberOf[capability] === -1) unmade.add(capability)
    }
  }
  for (const capability of [...unmade].sort(byName)) number(capability)
  return { inOrder: toArray(order), numberOf }
}

/** By application of the site: its position in the lists of applied ones. */
function numberApplications(site: SiteIndex, lists: DigestedLists): Uint32Array {
  const applied = [...lists.applications, ...lists.alsoApplied]
  const positions = new Map(applied.map((name, position) => [name, position]))
  return Uint32Array.from(site.applications, (name) => positions.get(name) ?? 0)
}

function linksOf(site: SiteIndex, scope: Scope): (string | number)[] {
  const { from, to, origin } = site.links
  const content: (string | number)[] = []
  origin.forEach((text, link) => {
    const start = scope.planOf[at(from, link)] ?? -1
    const end = scope.planOf[at(to, link)] ?? -1
    if (start !== -1 && end !== -1) content.push(start, end, text)
  })
  return content
}
