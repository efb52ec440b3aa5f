import { boundProblems, type Problem } from '@choirmaster/core'
import type { CodedError } from '@choirmaster/core/provide'
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

export interface ProblemFinder extends Sink {
  /** `puppetdb-…` with up to 50 findings, each with component and certname; undefined when there are none. */
  error(): CodedError | undefined
}

/**
 * Finds what is wrong with components of PuppetDB. No compiler ever saw all of them, so what the old one refused is
 * found here: a component on two nodes, two producers of one capability, names that are none. That a capability has
 * no producer is for the plan to say, of what is selected.
 */
export function problemFinder(): ProblemFinder {
  const byTitle = new Map<string, DeclaredComponent>()
  const makers = new Map<string, DeclaredComponent>()
  const problems: Problem[] = []
  let more = 0
  const tell = (one: Problem): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(one)
    else more++
  }

  const look = (row: Row): void => {
    if (!isComponent(row)) {
      componentProblems(row).forEach(tell)
      return
    }
    const { title, parameters } = row
    const first = byTitle.get(title)
    if (first !== undefined) return tell(declaredTwice(first, row))
    byTitle.set(title, row)
    for (const capability of parameters.produces ?? []) {
      const maker = makers.get(capability)
      if (maker === undefined) makers.set(capability, row)
      else if (maker !== row) tell(producedTwice(capability, maker, row))
    }
  }

  return {
    add: (rows) => rows.forEach(look),
    error() {
      const [first] = problems
      if (first === undefined) return undefined
      return puppetDbError(first.code as keyof typeof puppetDbErrors, boundProblems(problems, more))
    },
  }
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
