import { compareText } from '../environment/compare-text.js'
import type { SiteIndex } from '../environment/site-index.js'
import { at, degree, neighbours } from '../numbers/adjacency.js'
import type { Hasher } from '../ports/hasher.js'
import { copySorted } from './component-order.js'
import {
  digestWriter,
  digestWritten,
  writeJson,
  writeName,
  writeNumber,
  writeSet,
  type DigestWriter,
} from './digest-writer.js'
import type { Plan } from './plan.js'
import { eachComponent, type Scope } from './scope.js'

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
  const numbers = capabilityNumbers(site)
  const components = writeProducers(writer, site, scope, lists, numbers)
  const others = unmade(site, scope, numbers)
  writeNumber(writer, others.length)
  for (const capability of others) {
    take(numbers, capability)
    writeName(writer, site.capabilities[capability] as string)
  }
  writeNeeds(writer, site, components, numbers)
  return digestWritten(writer)
}

// What is done for each node or component is a function of its own: V8 compiles a long loop while it runs, with all
// that is around it.

function writeNeeds(
  writer: DigestWriter,
  site: SiteIndex,
  components: Uint32Array,
  numbers: CapabilityNumbers,
): void {
  for (let place = 0; place < components.length; place++) {
    writeSet(writer, site.consumes, at(components, place), numbers.of)
  }
}

/** Capabilities are numbered as they are written, so that a need is a number and not a name. */
interface CapabilityNumbers {
  /** By capability of the site; -1: not written. */
  readonly of: Int32Array
  count: number
}

function capabilityNumbers(site: SiteIndex): CapabilityNumbers {
  return { of: new Int32Array(site.capabilities.length).fill(-1), count: 0 }
}

function take(numbers: CapabilityNumbers, capability: number): void {
  numbers.of[capability] = numbers.count++
}

/**
 * Nodes, their components and what these produce, by name. Name after name as they lie in memory: a look at each
 * kind apart takes twice as long.
 * @returns the components in that order.
 */
function writeProducers(
  writer: DigestWriter,
  site: SiteIndex,
  scope: Scope,
  lists: DigestedLists,
  numbers: CapabilityNumbers,
): Uint32Array {
  const applied = [...lists.applications, ...lists.alsoApplied]
  const positions = new Map(applied.map((name, position) => [name, position]))
  const applications = site.applications.map((name) => positions.get(name) ?? 0)
  const components = new Uint32Array(site.components.length)
  let count = 0
  writeNumber(writer, scope.nodes.length)
  for (let place = 0; place < scope.nodes.length; place++) {
    const node = at(scope.nodes, place)
    writeName(writer, site.nodes[node] as string)
    const first = count
    count = copySorted(site, node, components, first)
    writeNumber(writer, count - first)
    writeComponents(writer, site, components, first, count, applications, numbers)
  }
  return components.subarray(0, count)
}

/** Components of a list, from `first` on and before `end`. */
function writeComponents(
  writer: DigestWriter,
  site: SiteIndex,
  list: Uint32Array,
  first: number,
  end: number,
  applications: readonly number[],
  numbers: CapabilityNumbers,
): void {
  for (let place = first; place < end; place++) {
    const component = at(list, place)
    writeNumber(writer, applications[at(site.applicationOf, component)] as number)
    writeName(writer, site.components[component] as string)
    writeProducts(writer, site, component, numbers)
  }
}

function writeProducts(
  writer: DigestWriter,
  site: SiteIndex,
  component: number,
  numbers: CapabilityNumbers,
): void {
  const count = degree(site.produces, component)
  writeNumber(writer, count)
  const write = (capability: number): void => {
    // One that another component produces too is written out again: the name says which it is.
    if (numbers.of[capability] === -1) take(numbers, capability)
    writeName(writer, site.capabilities[capability] as string)
  }
  if (count === 1) write(at(site.produces.targets, at(site.produces.offsets, component)))
  else sortedByName(site, neighbours(site.produces, component)).forEach(write)
}

/** Capabilities that are consumed and made elsewhere or nowhere, by name. */
function unmade(site: SiteIndex, scope: Scope, numbers: CapabilityNumbers): Uint32Array {
  const found = new Set<number>()
  if (numbers.count === site.capabilities.length) return new Uint32Array()
  eachComponent(site, scope, (component) => {
    const { offsets, targets } = site.consumes
    const end = at(offsets, component + 1)
    for (let need = at(offsets, component); need < end; need++) {
      const capability = at(targets, need)
      if (numbers.of[capability] === -1) found.add(capability)
    }
  })
  return sortedByName(site, Uint32Array.from(found))
}

function sortedByName(site: SiteIndex, capabilities: Uint32Array): Uint32Array {
  const nameOf = (capability: number): string => site.capabilities[capability] as string
  return capabilities.slice().sort((a, b) => compareText(nameOf(a), nameOf(b)))
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
