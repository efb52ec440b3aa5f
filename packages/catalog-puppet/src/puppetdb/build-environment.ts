import {
  boundProblems,
  parseEnvironment,
  type Component,
  type Environment,
  type Problem,
} from '@choirmaster/core'
import type { Row } from '@choirmaster/puppet-client'
import {
  componentProblems,
  isComponent,
  nameOf,
  problem,
  type DeclaredComponent,
} from './component.js'
import { puppetDbError, type puppetDbErrors } from './errors.js'
import type { Sink } from './pages.js'

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
  /** The same by name, as a Map finds them sooner. */
  const known = new Map<string, Record<string, Component>>()
  const byTitle = new Map<string, DeclaredComponent>()
  const makers = new Map<string, DeclaredComponent>()
  const nodes = new Set<string>()
  let last = ''
  const problems: Problem[] = []
  let more = 0
  const tell = (one: Problem): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(one)
    else more++
  }

  const add = (row: Row): void => {
    if (!isComponent(row)) {
      componentProblems(row).forEach(tell)
      return
    }
    const { certname: node, title, parameters } = row
    const first = byTitle.get(title)
    if (first !== undefined) return tell(declaredTwice(first, row))
    byTitle.set(title, row)
    // Rows come by certname, so that most are of the node before.
    if (node !== last) nodes.add((last = node))
    const { application, produces = [], consumes = [] } = parameters
    for (const capability of produces) {
      const maker = makers.get(capability)
      if (maker === undefined) makers.set(capability, row)
      else if (maker !== row) tell(producedTwice(capability, maker, row))
    }
    let components = known.get(application)
    if (components === undefined) {
      known.set(application, (components = applications[application] = record()))
    }
    components[title] = { node, produces, consumes }
  }

  return {
    nodes,
    add: (rows) => rows.forEach(add),
    isEmpty: () => byTitle.size === 0 && problems.length === 0,
    async build() {
      if (problems.length === 0) return parseEnvironment({ environment: name, applications })
      const code = problems[0]?.code as keyof typeof puppetDbErrors
      throw puppetDbError(code, boundProblems(problems, more))
    },
  }
}

/**
 * An empty object that is a hash table from the start. An ordinary one gets a hidden class for each key that is
 * added, and with as many different keys as components that takes nearly twice as long.
 */
function record<T>(): Record<string, T> {
  return Object.setPrototypeOf({ __proto__: null }, Object.prototype) as Record<string, T>
}

function declaredTwice(one: DeclaredComponent, other: DeclaredComponent): Problem {
  const [original, copy] = one.exported === true ? [one, other] : [other, one]
  if (original.exported === true && copy.exported !== true) {
    return problem(
      'puppetdb-component-collected',
      `${nameOf(original)} is exported, and collected on ${copy.certname}, which makes it a component of that node too`,
      copy.certname,
    )
  }
  const [first, second] = [one.parameters.application, other.parameters.application]
  const apart = first === second ? '' : ` (of ${first} and of ${second})`
  return problem(
    'puppetdb-component-twice',
    `${nameOf(one)} is declared on ${other.certname} too${apart}`,
    other.certname,
  )
}

function producedTwice(
  capability: string,
  one: DeclaredComponent,
  other: DeclaredComponent,
): Problem {
  return problem(
    'puppetdb-capability-twice',
    `${capability} is produced by both ${nameOf(one)} and ${nameOf(other)}`,
    other.certname,
  )
}
