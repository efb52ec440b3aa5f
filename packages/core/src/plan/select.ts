import type { CodedError, Problem } from '../errors/coded-error.js'
import { boundProblems } from '../schema/check-against.js'
import { at } from '../numbers/adjacency.js'
import { planError, type planErrors } from './errors.js'
import { nameHint } from './hints.js'
import type { Selection } from './plan.js'
import { scopeOf, type Scope } from './scope.js'
import type { SiteIndex } from '../environment/site-index.js'

/** All applications, every node. */
export const WHOLE_SITE: Selection = { instances: [], assumeDone: [], exclude: [] }

/** Sorted, without duplicates. */
export function normalized(selection: Selection): Selection {
  const unique = (names: readonly string[]): string[] => [...new Set(names)].sort()
  return {
    instances: unique(selection.instances),
    assumeDone: unique(selection.assumeDone),
    exclude: unique(selection.exclude),
  }
}

/**
 * The part of a site that a selection holds: nodes with a component of a selected application, but for those
 * that are assumed to be done. Excluded ones are still in it.
 * @throws CodedError `plan-unknown-instance`, `plan-unknown-node`, `plan-selection-conflict`: all findings at once.
 */
export function select(site: SiteIndex, selection: Selection): Scope {
  const problems: Problem[] = []
  const mark = (names: readonly string[], all: readonly string[], unknown: Unknown): Uint8Array => {
    const flags = new Uint8Array(all.length)
    const numbers =
      names.length === 0 ? undefined : new Map(all.map((name, index) => [name, index]))
    for (const name of names) {
      const number = numbers?.get(name)
      if (number === undefined) problems.push(unknownProblem(name, all, unknown))
      else flags[number] = 1
    }
    return flags
  }
  const chosen = mark(selection.instances, site.applications, INSTANCE)
  const done = mark(selection.assumeDone, site.nodes, node('--assume-done'))
  mark(selection.exclude, site.nodes, node('--exclude'))
  for (const name of selection.exclude.filter((name) => selection.assumeDone.includes(name))) {
    problems.push({
      code: 'plan-selection-conflict',
      message: `${name} is both excluded and assumed to be done.`,
      place: '--exclude',
    })
  }
  if (problems.length > 0) throw selectionError(problems)
  if (selection.instances.length === 0) chosen.fill(1)

  const inside = new Uint8Array(site.nodes.length).fill(selection.instances.length === 0 ? 1 : 0)
  for (let component = 0; component < site.components.length; component++) {
    if (chosen[at(site.applicationOf, component)] === 1) inside[at(site.nodeOf, component)] = 1
  }
  done.forEach((flag, number) => {
    if (flag === 1) inside[number] = 0
  })
  return scopeOf(chosen, done, inside)
}

interface Unknown {
  readonly code: keyof typeof planErrors
  readonly flag: string
  readonly one: string
  readonly many: string
}
const INSTANCE: Unknown = {
  code: 'plan-unknown-instance',
  flag: '--instance',
  one: 'application',
  many: 'applications of the site',
}
const node = (flag: string): Unknown => ({
  code: 'plan-unknown-node',
  flag,
  one: 'node',
  many: 'nodes of the site',
})

function unknownProblem(name: string, all: readonly string[], unknown: Unknown): Problem {
  return {
    code: unknown.code,
    message: `The site has no ${unknown.one} ${name}.`,
    place: unknown.flag,
    hint: nameHint(name, all, unknown.many),
  }
}

function selectionError(problems: readonly Problem[]): CodedError {
  const code = problems[0]?.code as keyof typeof planErrors
  return planError(code, boundProblems(problems))
}
