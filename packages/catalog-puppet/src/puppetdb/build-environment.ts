import {
  boundProblems,
  parseEnvironment,
  type Component,
  type Environment,
  type Problem,
} from '@choirmaster/core'
import { isComponent, nameOf, problem, type DeclaredComponent } from './component.js'
import { puppetDbError, type puppetDbErrors } from './errors.js'
import type { Row } from './session.js'

/** As many as are shown; the rest is counted. */
const MOST_PROBLEMS = 50

/**
 * The graph that components in PuppetDB make up. No compiler ever saw all of them, so what the old one refused is
 * found here: a component on two nodes, two producers of one capability, names that are none. That a capability
 * has no producer is for the plan to say, of what is selected.
 * @throws CodedError `puppetdb-…` with up to 50 findings, each with component and certname
 */
export async function buildEnvironment(name: string, rows: readonly Row[]): Promise<Environment> {
  const problems: Problem[] = []
  let more = 0
  const tell = (one: Problem): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(one)
    else more++
  }
  const applications: Record<string, Record<string, Component>> = {}
  const byTitle = new Map<string, DeclaredComponent>()
  const makers = new Map<string, DeclaredComponent>()
  for (const row of rows) {
    if (!isComponent(row, tell)) continue
    const { certname: node, title, parameters } = row
    const first = byTitle.get(title)
    if (first !== undefined) {
      tell(declaredTwice(first, row))
      continue
    }
    byTitle.set(title, row)
    const { application, produces = [], consumes = [] } = parameters
    for (const capability of produces) {
      const maker = makers.get(capability)
      if (maker === undefined) makers.set(capability, row)
      else if (maker !== row) tell(producedTwice(capability, maker, row))
    }
    const components = (applications[application] ??= {})
    components[title] = { produces, consumes, node }
  }
  if (problems.length > 0) {
    const code = problems[0]?.code as keyof typeof puppetDbErrors
    throw puppetDbError(code, boundProblems(problems, more))
  }
  return parseEnvironment({ environment: name, applications })
}

function declaredTwice(one: DeclaredComponent, other: DeclaredComponent): Problem {
  const copy = one.exported === true ? other : one
  const original = copy === one ? other : one
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
