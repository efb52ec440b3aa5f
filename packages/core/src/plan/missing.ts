import type { Problem } from '../errors/coded-error.js'
import { didYouMean } from '../errors/near-matches.js'
import { jsonPath } from '../schema/json-path.js'
import { at, degree, neighbours } from '../numbers/adjacency.js'
import { planErrors } from './errors.js'
import type { Unproduced } from './plan.js'
import { eachComponent, type Scope } from './scope.js'
import { compareComponents } from './component-order.js'
import { compareText } from '../environment/compare-text.js'
import type { SiteIndex } from '../environment/site-index.js'

/** Near matches are searched for so many needs only: each search looks at every capability of the site. */
const MOST_SEARCHES = 5

interface Need {
  readonly component: number
  readonly capability: number
}

/** Needs of the plan's components that no component of the site meets, without duplicates, by their names. */
export function unmetNeeds(site: SiteIndex, scope: Scope): Need[] {
  const isMade = (capability: number): boolean => degree(site.makers, capability) > 0
  if (site.capabilities.every((_, capability) => isMade(capability))) return []
  const nameOf = (capability: number): string => site.capabilities[capability] as string
  const needs: Need[] = []
  eachComponent(site, scope, (component) => {
    for (const capability of new Set(neighbours(site.consumes, component))) {
      if (!isMade(capability)) needs.push({ component, capability })
    }
  })
  return needs.sort(
    (a, b) =>
      compareComponents(site, a.component, b.component) ||
      compareText(nameOf(a.capability), nameOf(b.capability)),
  )
}

/** Of selected applications: nothing can be run. */
export function missingProblems(
  site: SiteIndex,
  scope: Scope,
  needs: readonly Need[],
  most: number,
): { problems: Problem[]; more: number } {
  const missing = needs.filter(({ component }) => isChosen(site, scope, component))
  if (missing.length === 0) return { problems: [], more: 0 }
  const made = site.capabilities.filter((_, capability) => degree(site.makers, capability) > 0)
  const problems = missing.slice(0, most).map((need, index): Problem => {
    const { capability, consumer, consumerNode } = named(site, need)
    const meant = index < MOST_SEARCHES ? didYouMean(capability, made) : undefined
    const application = site.applications[at(site.applicationOf, need.component)] as string
    return {
      code: 'plan-missing-producer',
      message: `${consumer} on ${consumerNode} consumes ${capability}, which no component produces.`,
      place: jsonPath(['applications', application, consumer, 'consumes']),
      hint: meant ?? planErrors['plan-missing-producer'].hint,
    }
  })
  return { problems, more: missing.length - problems.length }
}

/** Of applications that are only applied too: shown, but no reason to refuse what was selected. */
export function unproducedOf(site: SiteIndex, scope: Scope, needs: readonly Need[]): Unproduced[] {
  return needs
    .filter(({ component }) => !isChosen(site, scope, component))
    .map((need) => named(site, need))
}

function isChosen(site: SiteIndex, scope: Scope, component: number): boolean {
  return scope.chosen[at(site.applicationOf, component)] === 1
}

function named(site: SiteIndex, need: Need): Unproduced {
  return {
    capability: site.capabilities[need.capability] as string,
    consumer: site.components[need.component] as string,
    consumerNode: site.nodes[at(site.nodeOf, need.component)] as string,
  }
}
