import { boundProblems, type Component, type Environment, type Problem } from '@choirmaster/core'
import { cliErrors, fail } from '../errors.js'

/** The graph of one of several sources. */
export interface Part {
  /** What the source is called, for people: `file`, `puppetdb`. */
  readonly source: string
  readonly environment: Environment
}

export interface Merged {
  readonly environment: Environment
  /** By component reference: the sources that declare it. */
  readonly origins: ReadonlyMap<string, readonly string[]>
}

interface Declared {
  readonly component: Component
  readonly sources: readonly string[]
}

type Code = 'merge-environment' | 'merge-code' | 'merge-component' | 'merge-capability'
type Tell = (code: Code, message: string, place: string) => void

/**
 * One graph of several: all applications, components and orders of each. A component that several sources declare
 * has what any of them says that it produces and consumes; orders have their source in their origin.
 * @throws CodedError `merge-…` for what contradicts: a component on two nodes, a capability of two producers,
 *   another environment, other code. Orders against each other are a circle, which the plan finds.
 */
export function mergeEnvironments(parts: readonly Part[]): Merged {
  const problems: Problem[] = []
  const tell: Tell = (code, message, place) =>
    void problems.push({ code, message, place, hint: cliErrors[code].hint })
  const name = agreed(
    parts.map(({ source, environment }) => [source, environment.environment]),
    (message, place) => tell('merge-environment', message, place),
  )
  const code = agreed(
    parts.map(({ source, environment }) => [source, environment.code_id]),
    (message, place) => tell('merge-code', message, place),
  )
  const applications = mergeApplications(parts, tell)
  findMakers(parts, tell)
  if (problems.length > 0) throw fail(problems[0]?.code as Code, boundProblems(problems))

  const edges = parts.flatMap(({ source, environment }) =>
    (environment.edges ?? []).map((edge) => ({ ...edge, origin: `${edge.origin} (${source})` })),
  )
  return {
    environment: {
      environment: name ?? '',
      applications: Object.fromEntries(
        [...applications].map(([application, components]) => [
          application,
          Object.fromEntries([...components].map(([key, { component }]) => [key, component])),
        ]),
      ),
      ...(edges.length > 0 && { edges }),
      ...(code !== undefined && { code_id: code }),
    },
    origins: originsOf(applications),
  }
}

/** The value that all sources have which have one. */
function agreed<T>(
  values: readonly (readonly [source: string, value: T | null | undefined])[],
  tell: (message: string, place: string) => void,
): T | undefined {
  let first: readonly [source: string, value: T] | undefined
  for (const [source, value] of values) {
    if (value === undefined || value === null) continue
    first ??= [source, value]
    if (first[1] === value) continue
    tell(`${first[0]} has ${String(first[1])} and ${source} has ${String(value)}`, source)
  }
  return first?.[1]
}

function mergeApplications(
  parts: readonly Part[],
  tell: Tell,
): ReadonlyMap<string, ReadonlyMap<string, Declared>> {
  const applications = new Map<string, Map<string, Declared>>()
  for (const { source, environment } of parts) {
    for (const [application, components] of Object.entries(environment.applications)) {
      const merged = applications.get(application) ?? new Map<string, Declared>()
      applications.set(application, merged)
      for (const [reference, component] of Object.entries(components)) {
        const known = merged.get(reference)
        if (known === undefined) merged.set(reference, { component, sources: [source] })
        else if (known.component.node === component.node) {
          merged.set(reference, {
            component: united(known.component, component),
            sources: [...known.sources, source],
          })
        } else {
          const message = `${reference} is on ${known.component.node} (${known.sources.join(', ')}) and on ${component.node} (${source})`
          tell('merge-component', message, component.node)
        }
      }
    }
  }
  return applications
}

function united(one: Component, other: Component): Component {
  const union = (a: readonly string[] = [], b: readonly string[] = []): readonly string[] => [
    ...new Set([...a, ...b]),
  ]
  return {
    node: one.node,
    produces: union(one.produces, other.produces),
    consumes: union(one.consumes, other.consumes),
  }
}

/** Two producers within one source are for that source to bear or to refuse. */
function findMakers(parts: readonly Part[], tell: Tell): void {
  const makers = new Map<string, { readonly reference: string; readonly source: string }>()
  for (const { source, environment } of parts) {
    for (const components of Object.values(environment.applications)) {
      for (const [reference, { node, produces = [] }] of Object.entries(components)) {
        for (const capability of produces) {
          const maker = makers.get(capability)
          if (maker === undefined) makers.set(capability, { reference, source })
          else if (maker.source !== source && maker.reference !== reference) {
            const message = `${capability} is produced by ${maker.reference} (${maker.source}) and by ${reference} (${source}) on ${node}`
            tell('merge-capability', message, node)
          }
        }
      }
    }
  }
}

function originsOf(
  applications: ReadonlyMap<string, ReadonlyMap<string, Declared>>,
): ReadonlyMap<string, readonly string[]> {
  const origins = new Map<string, readonly string[]>()
  for (const components of applications.values()) {
    for (const [reference, { sources }] of components) {
      origins.set(reference, [...new Set([...(origins.get(reference) ?? []), ...sources])])
    }
  }
  return origins
}
