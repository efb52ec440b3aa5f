import {
  boundProblems,
  parseEnvironment,
  type Component,
  type Environment,
  type Problem,
} from '@choirmaster/core'
import { componentProblems, isComponent, nameOf, problem, type Declaration } from './component.js'
import { puppetDbError, type puppetDbErrors } from './errors.js'
import type { Sink } from './pages.js'
import type { Row } from './session.js'

/** As many as are shown; the rest is counted. */
const MOST_PROBLEMS = 50

/** Takes components and makes the graph of them. */
export interface EnvironmentBuilder extends Sink {
  /** Certnames that have components. */
  readonly nodes: ReadonlySet<string>
  /** Whether there was any row. */
  isEmpty(): boolean
  /** @throws CodedError `puppetdb-…` with up to 50 findings, each with component and certname */
  build(): Promise<Environment>
}

/**
 * Builds the graph that components in PuppetDB make up. No compiler ever saw all of them, so what the old one
 * refused is found here: a component on two nodes, two producers of one capability, names that are none. That a
 * capability has no producer is for the plan to say, of what is selected.
 */
export function environmentBuilder(name: string): EnvironmentBuilder {
  const applications = record<Record<string, Component>>()
  const declared: Declaration[] = []
  /** Titles and capabilities to positions in `declared`. */
  const byTitle = new Map<string, number>()
  const makers = new Map<string, number>()
  const nodes = new Set<string>()
  const files = new Map<unknown, unknown>()
  const problems: Problem[] = []
  let more = 0
  const tell = (one: Problem): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(one)
    else more++
  }
  /** One text for each file, not one for each component. */
  const sameFile = (file: unknown): unknown => {
    if (!files.has(file)) files.set(file, file)
    return files.get(file)
  }

  const add = (row: Row): void => {
    if (!isComponent(row)) {
      componentProblems(row).forEach(tell)
      return
    }
    const { certname: node, title, parameters, exported, file, line } = row
    const { application, produces = [], consumes = [] } = parameters
    const declaration = { certname: node, title, application, exported, file: sameFile(file), line }
    const number = declared.push(declaration) - 1
    const first = declared[byTitle.get(title) ?? number] as Declaration
    if (first !== declaration) return tell(declaredTwice(first, declaration))
    byTitle.set(title, number)
    nodes.add(node)
    for (const capability of produces) {
      const maker = makers.get(capability)
      if (maker === undefined) makers.set(capability, number)
      else if (maker !== number) {
        tell(producedTwice(capability, declared[maker] as Declaration, declaration))
      }
    }
    const components = (applications[application] ??= record())
    components[title] = { node, produces, consumes }
  }

  return {
    nodes,
    add: (rows) => rows.forEach(add),
    isEmpty: () => declared.length === 0 && problems.length === 0,
    async build() {
      if (problems.length === 0) return parseEnvironment({ environment: name, applications })
      const code = problems[0]?.code as keyof typeof puppetDbErrors
      throw puppetDbError(code, boundProblems(problems, more))
    },
  }
}

/**
 * An empty object that is a hash table from the start. An ordinary one gets a hidden class for each key that is
 * added, and with as many different keys as components that takes half as long again.
 */
function record<T>(): Record<string, T> {
  return Object.setPrototypeOf({ __proto__: null }, Object.prototype) as Record<string, T>
}

function declaredTwice(one: Declaration, other: Declaration): Problem {
  const [original, copy] = one.exported === true ? [one, other] : [other, one]
  if (original.exported === true && copy.exported !== true) {
    return problem(
      'puppetdb-component-collected',
      `${nameOf(original)} is exported, and collected on ${copy.certname}, which makes it a component of that node too`,
      copy.certname,
    )
  }
  const apart =
    one.application === other.application
      ? ''
      : ` (of ${one.application} and of ${other.application})`
  return problem(
    'puppetdb-component-twice',
    `${nameOf(one)} is declared on ${other.certname} too${apart}`,
    other.certname,
  )
}

function producedTwice(capability: string, one: Declaration, other: Declaration): Problem {
  return problem(
    'puppetdb-capability-twice',
    `${capability} is produced by both ${nameOf(one)} and ${nameOf(other)}`,
    other.certname,
  )
}
