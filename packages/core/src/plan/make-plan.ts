import type { Environment } from '../environment/environment.js'
import type { CodedError, Problem } from '../errors/coded-error.js'
import type { Hasher } from '../ports/hasher.js'
import { boundProblems, MOST_PROBLEMS } from '../schema/check-against.js'
import { at, sortedRows, transposed, type Adjacency } from '../numbers/adjacency.js'
import { appliedOf } from './applied.js'
import { assumedOf } from './assumed.js'
import { cycleProblem } from './cycle-problems.js'
import { digestOf } from './digest.js'
import { edgesOf } from './edges.js'
import { planError, type planErrors } from './errors.js'
import { exclude } from './exclude.js'
import { levelsOf } from './levels.js'
import { findLoops } from './loops.js'
import { missingProblems, unmetNeeds, unproducedOf } from './missing.js'
import { placementOf } from './placement.js'
import type { Dropped, Plan, Selection } from './plan.js'
import { reasonsOf, type ReasonsOf } from './reasons.js'
import type { Scope } from './scope.js'
import { normalized, select } from './select.js'
import type { SiteIndex } from '../environment/site-index.js'
import { siteOf } from '../environment/site-of.js'
import { settleWeakEdges, type Settled } from './weak-edges.js'

/**
 * The plan of a selection of an environment that has been checked (`parseEnvironment`).
 * @param hasher makes a SHA-256: `sha256` of `@choirmaster/core/system`.
 * @throws CodedError exit 1: `plan-unknown-instance`, `plan-unknown-node`, `plan-selection-conflict`. Exit 3:
 *   `plan-cycle`, `plan-missing-producer`; all findings in what was selected at once, up to 50 of each.
 */
export function makePlan(
  environment: Environment,
  selection: Selection,
  hasher: () => Hasher,
): Plan {
  const site = siteOf(environment)
  const asked = normalized(selection)
  const narrowed = asked.instances.length > 0
  let scope = select(site, asked)
  let settled = settle(site, scope, narrowed)
  let dropped: Dropped[] = []
  if (asked.exclude.length > 0) {
    const consumers = transposed(settled.producers, scope.nodes.length)
    ;({ scope, dropped } = exclude(site, scope, asked.exclude, consumers))
    settled = settle(site, scope, narrowed)
  }
  const nodes =
    scope.nodes.length === site.nodes.length
      ? site.nodes
      : Array.from(scope.nodes, (node) => site.nodes[node] as string)
  const producers = sortedRows(settled.producers)
  const consumers = transposed(producers, nodes.length)
  const { groups, ordered } = levelsOf(producers, consumers)
  const reasons = reasonsOf(site, scope)
  const unmet = unmetNeeds(site, scope)
  const missing = missingProblems(site, scope, unmet, MOST_PROBLEMS)
  if (ordered < nodes.length || missing.problems.length > 0) {
    // Cycles leave room for missing producers, and fill what these do not need.
    const room = MOST_PROBLEMS - Math.min(missing.problems.length, MOST_PROBLEMS / 2)
    throw refusal(cycleProblems(consumers, nodes, reasons, room), missing)
  }

  const lists = {
    environment: environment.environment,
    codeId: (environment.code_id ?? null) === null ? null : String(environment.code_id),
    applications: site.applications.filter((_, number) => scope.chosen[number] === 1).sort(),
    alsoApplied: narrowed ? alsoApplied(site, scope) : [],
    assumed: assumedOf(site, scope),
    unproduced: unproducedOf(site, scope, unmet),
    ignored: settled.ignored.map(([from, to]) => ({
      from: nodes[from] as string,
      to: nodes[to] as string,
      because: reasons(to).get(from) ?? [],
    })),
    dropped,
  }
  return {
    ...lists,
    selection: asked,
    digest: digestOf(site, scope, lists, hasher()),
    nodes,
    producers,
    consumers,
    groups,
    get suspectNames() {
      // Certnames are lower case: Puppet refuses others when it makes a certificate.
      return nodes.filter((node) => /[A-Z]/.test(node))
    },
    placement: placementOf(site, scope),
    because: (from, to) => reasons(to).get(from) ?? [],
    applied: () => appliedOf(site, scope),
  }
}

/** The edges of what is selected, and those of the other applications that fit in. */
function settle(site: SiteIndex, scope: Scope, narrowed: boolean): Settled {
  const strong = edgesOf(site, scope, { applications: scope.chosen, links: !narrowed })
  if (!narrowed) return { producers: strong, ignored: [] }
  const others = scope.chosen.map((flag) => 1 - flag)
  return settleWeakEdges(strong, edgesOf(site, scope, { applications: others, links: true }))
}

function alsoApplied(site: SiteIndex, scope: Scope): string[] {
  const applied = new Uint8Array(site.applications.length)
  site.nodeOf.forEach((node, component) => {
    if (scope.planOf[node] !== -1) applied[at(site.applicationOf, component)] = 1
  })
  return site.applications
    .filter((_, number) => applied[number] === 1 && scope.chosen[number] === 0)
    .sort()
}

interface Findings {
  readonly problems: readonly Problem[]
  readonly more: number
}

function cycleProblems(
  consumers: Adjacency,
  nodes: readonly string[],
  reasons: ReasonsOf,
  most: number,
): Findings {
  const { loops, more } = findLoops(consumers, most)
  return { problems: loops.map((loop) => cycleProblem(loop, nodes, reasons)), more }
}

function refusal(cycles: Findings, missing: Findings): CodedError {
  const problems = [...cycles.problems, ...missing.problems]
  const code = problems[0]?.code as keyof typeof planErrors
  return planError(code, boundProblems(problems, cycles.more + missing.more))
}
