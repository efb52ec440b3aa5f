import { describe, expect, it } from 'vitest'
import {
  diffPlans,
  isCodedError,
  loadValidator,
  makePlan,
  planDocument,
  planSchema,
  toRunPlan,
  WHOLE_SITE,
  type CodedError,
  type Environment,
  type Plan,
  type PlanDocument,
} from '../../src/index.js'
import { sha256 } from '../../src/ports/system.js'
import { integerBelow, randomSite, seededRandom, shuffledSite } from '../../src/testing/index.js'
import { nodesOf, oracleGroups, pairs, plainEdges } from './oracle.js'

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed)

/** Runs a property on many random sites; a failure names the seed. */
function property(
  cycles: boolean,
  check: (environment: Environment, random: ReturnType<typeof seededRandom>) => void,
): void {
  for (const seed of SEEDS) {
    const random = seededRandom(seed)
    const environment = randomSite(random, { cycles })
    try {
      check(environment, random)
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
    }
  }
}

const whole = (environment: Environment): Plan => makePlan(environment, WHOLE_SITE, sha256)

function attempt(make: () => Plan): Plan | CodedError {
  try {
    return make()
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
}

/** Some of the applications, at least one. */
function someApplications(environment: Environment, random: { next(): number }): string[] {
  const names = Object.keys(environment.applications)
  const chosen = names.filter(() => random.next() < 0.4)
  return chosen.length > 0 ? chosen : names.slice(0, 1)
}

describe('a plan of a random site', () => {
  it('has the edges of the definition', () => {
    property(false, (environment) => {
      const document = planDocument(whole(environment))
      expect(pairs(document.edges)).toEqual(pairs(plainEdges(environment)))
      expect(document.edges).toHaveLength(pairs(document.edges).length)
      const reasons = plainEdges(environment).filter(({ from, to }) => from !== to)
      expect(document.edges.flatMap(({ because }) => because)).toHaveLength(reasons.length)
    })
  })

  it('has the longest-path levels as groups, each sorted', () => {
    property(false, (environment) => {
      expect(planDocument(whole(environment)).groups).toEqual(
        oracleGroups(nodesOf(environment), pairs(plainEdges(environment))),
      )
    })
  })

  it('has groups that one after the other are a topological order of all nodes', () => {
    property(false, (environment) => {
      const { groups, edges, nodes } = planDocument(whole(environment))
      const place = new Map(groups.flat().map((node, index) => [node, index]))
      expect([...place.keys()].sort()).toEqual(Object.keys(nodes))
      for (const { from, to } of edges) {
        expect(place.get(from) as number).toBeLessThan(place.get(to) as number)
      }
    })
  })

  it('is the same for a site that is written down in another order', () => {
    property(false, (environment, random) => {
      const one = planDocument(whole(environment))
      expect(JSON.stringify(planDocument(whole(shuffledSite(random, environment))))).toBe(
        JSON.stringify(one),
      )
      const instances = someApplications(environment, random)
      const narrow = (site: Environment): PlanDocument =>
        planDocument(makePlan(site, { ...WHOLE_SITE, instances }, sha256))
      expect(narrow(shuffledSite(random, environment))).toEqual(narrow(environment))
    })
  })

  it('joins the constraints of the applications that meet on a node', () => {
    property(false, (environment) => {
      const apart = Object.keys(environment.applications).flatMap((name) => {
        const { edges, assumed } = planDocument(
          makePlan(environment, { ...WHOLE_SITE, instances: [name] }, sha256),
        )
        return [
          ...edges,
          ...assumed.map((one) => ({ from: one.producer_node, to: one.consumer_node })),
        ]
      })
      expect(pairs(apart)).toEqual(pairs(planDocument(whole(environment)).edges))
    })
  })

  it('fits its schema, and its run plan tells the same', async () => {
    const validator = await loadValidator()
    property(false, (environment) => {
      const plan = whole(environment)
      const document = planDocument(plan)
      expect(validator.violations(planSchema, document)).toEqual([])
      const run = toRunPlan(plan)
      const name = (node: number): string => run.nodes[node] as string
      expect(run.groups.map((group) => group.map(name))).toEqual(document.groups)
      const ends = document.edges.map(({ from, to }) => [from, to])
      expect(run.edges.map(name)).toEqual(ends.flat())
      for (const application of run.applications) {
        expect(application.nodes.map(name)).toEqual(nodesOf(environment, [application.name]))
        const producers = plainEdges(environment)
          .filter((edge) => edge.application === application.name)
          .map(({ from }) => from)
          .filter((node) => !application.nodes.map(name).includes(node))
        expect(application.producers.map(name)).toEqual([...new Set(producers)].sort())
      }
    })
  })
})

describe('narrowing by instance', () => {
  it('keeps a subgraph and lists every external producer that it cuts off', () => {
    property(false, (environment, random) => {
      const instances = someApplications(environment, random)
      const document = planDocument(makePlan(environment, { ...WHOLE_SITE, instances }, sha256))
      const inside = nodesOf(environment, instances)
      expect(Object.keys(document.nodes)).toEqual(inside)
      const all = plainEdges(environment).filter(({ to }) => inside.includes(to))
      expect(pairs(document.edges)).toEqual(pairs(all.filter(({ from }) => inside.includes(from))))
      expect(document.ignored).toEqual([])
      const cut = all.filter(({ from }) => !inside.includes(from))
      const line = (...texts: string[]): string => texts.join(' | ')
      expect(
        document.assumed
          .map((a) => line(a.capability, a.consumer, a.consumer_node, a.producer, a.producer_node))
          .sort(),
      ).toEqual(cut.map((e) => line(e.capability, e.consumer, e.to, e.producer, e.from)).sort())
    })
  })

  it('leaves out only edges of other applications that would close a cycle', () => {
    let ignored = 0
    property(true, (environment, random) => {
      const instances = someApplications(environment, random)
      const made = attempt(() => makePlan(environment, { ...WHOLE_SITE, instances }, sha256))
      const inside = nodesOf(environment, instances)
      const all = plainEdges(environment).filter(
        ({ from, to }) => inside.includes(from) && inside.includes(to),
      )
      const strong = pairs(all.filter(({ application }) => instances.includes(application)))
      if (made instanceof Error) {
        expect(oracleGroups(inside, strong)).toBeUndefined()
        return
      }
      const document = planDocument(made)
      const kept = pairs(document.edges)
      expect([...kept, ...pairs(document.ignored)].sort()).toEqual(pairs(all))
      expect(kept).toEqual(expect.arrayContaining(strong))
      expect(document.groups).toEqual(oracleGroups(inside, kept))
      for (const { from, to } of document.ignored) {
        expect(oracleGroups(inside, [...kept, `${from} ${to}`])).toBeUndefined()
        ignored++
      }
    })
    expect(ignored).toBeGreaterThan(20)
  })
})

describe('a random site with cycles', () => {
  it('is refused when there is one, and every circle that is named is one', () => {
    let refused = 0
    property(true, (environment) => {
      const edges = pairs(plainEdges(environment))
      const groups = oracleGroups(nodesOf(environment), edges)
      const made = attempt(() => whole(environment))
      if (!(made instanceof Error)) {
        expect(planDocument(made).groups).toEqual(groups)
        return
      }
      expect(groups).toBeUndefined()
      refused++
      for (const { message } of made.problems) {
        const path = /: (.*?)\. /.exec(message)?.[1]?.split(' -> ') ?? []
        expect(path.length).toBeGreaterThan(2)
        path.slice(1).forEach((to, index) => {
          expect(edges).toContain(`${path[index] as string} ${to}`)
        })
        expect(path.at(-1)).toBe(path[0])
        expect(new Set(path).size).toBe(path.length - 1)
      }
    })
    expect(refused).toBeGreaterThan(50)
  })
})

describe('the digest of a random site', () => {
  it('differs exactly when there is something to tell', () => {
    let changed = 0
    property(false, (environment, random) => {
      const before = planDocument(whole(environment))
      const after = attempt(() => whole(mutated(environment, random)))
      if (after instanceof Error) return
      const document = planDocument(after)
      expect(diffPlans(before, document).length > 0).toBe(before.digest !== document.digest)
      if (before.digest !== document.digest) changed++
    })
    expect(changed).toBeGreaterThan(50)
  })

  it('of a selection does not depend on the rest of the site', () => {
    property(false, (environment, random) => {
      const instances = someApplications(environment, random)
      const digest = (site: Environment): string =>
        makePlan(site, { ...WHOLE_SITE, instances }, sha256).digest
      const more = {
        'Aside[0]': { 'Aside::Part[0]': { node: '0', produces: ['Sql[aside]'] } },
        ...environment.applications,
        'Zone[z]': { 'Zone::Part[z]': { node: 'z', consumes: ['Sql[aside]'] } },
      }
      expect(digest({ ...environment, applications: more })).toBe(digest(environment))
    })
  })
})

/** One component is changed, or nothing of account is. */
function mutated(environment: Environment, random: { next(): number }): Environment {
  const names = Object.keys(environment.applications).filter(
    (name) => Object.keys(environment.applications[name] ?? {}).length > 0,
  )
  const name = names[integerBelow(random, names.length)]
  if (name === undefined) return { ...environment, code_id: 'new' }
  const application = environment.applications[name] ?? {}
  const references = Object.keys(application)
  const reference = references[integerBelow(random, references.length)] as string
  const { node, produces = [], consumes = [] } = application[reference] ?? { node: '' }
  const changes = [
    { node, produces, consumes: [...consumes, ...consumes] },
    { node, produces, consumes: consumes.slice(1) },
    { node, produces: [...produces, 'Sql[new]'], consumes },
    { node: `${node}.new`, produces, consumes },
    { node, produces: [...produces].reverse(), consumes: [...consumes].reverse() },
  ]
  const component = changes[integerBelow(random, changes.length)] ?? { node }
  return {
    ...environment,
    applications: {
      ...environment.applications,
      [name]: { ...application, [reference]: component },
    },
  }
}
