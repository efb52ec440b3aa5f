import type { Environment } from '../environment/environment.js'
import type { Random } from '../ports/random.js'
import { integerBelow, shuffled } from './seeded-random.js'
import { site } from './site-builder.js'

/** Upper bounds; the site is of any size up to them. */
export interface RandomSiteOptions {
  readonly nodes?: number
  readonly applications?: number
  /** Components of an application. */
  readonly components?: number
  /** Capabilities that a component consumes. */
  readonly consumes?: number
  /** Whether nodes may wait for each other in a circle; false: they never do. */
  readonly cycles?: boolean
}

interface Draft {
  readonly application: number
  readonly reference: string
  readonly node: number
  readonly produces: string[]
}

/** Titles are free text: blanks, quotes, slashes, brackets, letters beyond ASCII. */
const TITLES = ['app', 'My App [primary]', `it's "quoted"`, 'a/b', 'é', ']x[']

/**
 * A site with what real ones hold: applications that share nodes and consume each other's capabilities,
 * capabilities made by two components, duplicates in `consumes`, a node that consumes what it makes, odd titles.
 * The nodes' order of running is unrelated to their names.
 */
export function randomSite(random: Random, options: RandomSiteOptions = {}): Environment {
  const upTo = (most: number): number => 1 + integerBelow(random, most)
  const { consumes = 4, cycles = false } = options
  const nodeCount = upTo(options.nodes ?? 12)
  const drafts: Draft[] = []
  const makers = new Map<string, number[]>()
  const applications = upTo(options.applications ?? 5)
  for (let application = 0; application < applications; application++) {
    const components = integerBelow(random, (options.components ?? 6) + 1)
    for (let number = 0; number < components; number++) {
      const title = `${TITLES[integerBelow(random, TITLES.length)]}${application}-${number}`
      const node = integerBelow(random, nodeCount)
      const produces = random.next() < 0.6 ? [`Sql[${title}]`] : []
      const known = [...makers.keys()]
      const shared = known[integerBelow(random, known.length)]
      if (shared !== undefined && random.next() < 0.1) produces.push(shared)
      for (const capability of produces) {
        makers.set(capability, [...(makers.get(capability) ?? []), node])
      }
      drafts.push({ application, reference: `Part[${title}]`, node, produces })
    }
  }
  const names = shuffled(
    random,
    Array.from({ length: nodeCount }, (_, index) => `n${index}.example.net`),
  )
  const builder = site()
  for (let application = 0; application < applications; application++) {
    builder.application(`App[${application}]`)
    for (const draft of drafts.filter((one) => one.application === application)) {
      const takes = (made: readonly number[]): boolean =>
        cycles || made.every((node) => node < draft.node || draft.node === node)
      const offered = [...makers].filter(([, made]) => takes(made)).map(([name]) => name)
      const taken = Array.from(
        { length: offered.length === 0 ? 0 : integerBelow(random, consumes + 1) },
        () => offered[integerBelow(random, offered.length)] as string,
      )
      builder.component(draft.reference, names[draft.node] as string, {
        produces: draft.produces,
        consumes: taken,
      })
    }
  }
  return builder.codeId(random.next() < 0.5 ? null : integerBelow(random, 1000)).build()
}

/** The same site, written down in another order. */
export function shuffledSite(random: Random, environment: Environment): Environment {
  const mixed = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
    shuffled(random, Object.entries(record))
  return Object.fromEntries(
    mixed({
      ...environment,
      ...(environment.edges && { edges: shuffled(random, environment.edges) }),
      applications: Object.fromEntries(
        mixed(environment.applications).map(([name, components]) => [
          name,
          Object.fromEntries(
            mixed(components).map(([reference, component]) => [
              reference,
              Object.fromEntries(
                mixed({
                  node: component.node,
                  produces: shuffled(random, component.produces ?? []),
                  consumes: shuffled(random, component.consumes ?? []),
                }),
              ),
            ]),
          ),
        ]),
      ),
    }),
  ) as unknown as Environment
}
