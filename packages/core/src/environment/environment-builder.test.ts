import { describe, expect, it } from 'vitest'
import { makePlan } from '../plan/make-plan.js'
import { WHOLE_SITE } from '../plan/select.js'
import { sha256 } from '../ports/system.js'
import { loadValidator, type Validator } from '../schema/validator.js'
import { integerBelow, lampSite, randomSite, seededRandom, shuffled } from '../testing/index.js'
import type { Environment } from './environment.js'
import { environmentBuilder, type ToldComponent } from './environment-builder.js'
import { environmentSchema } from './environment.schema.js'
import { parseEnvironment } from './parse.js'
import { siteOf } from './site-of.js'

/** The components of an environment, one by one. */
function told({ applications }: Environment): ToldComponent[] {
  return Object.entries(applications).flatMap(([application, components]) =>
    Object.entries(components).map(([component, rest]) => ({ application, component, ...rest })),
  )
}

function built(
  name: string,
  rows: readonly ToldComponent[],
  edges?: Environment['edges'],
): Environment | undefined {
  const builder = environmentBuilder(name)
  for (const row of rows) builder.add(row)
  return builder.build(edges)
}

/** What can be told by components. */
const withoutEmpty = ({ environment, applications, edges }: Environment): Environment => ({
  environment,
  applications: Object.fromEntries(
    Object.entries(applications).filter(([, components]) => Object.keys(components).length > 0),
  ),
  ...(edges && { edges }),
})

const digestOf = (environment: Environment): string => {
  try {
    return makePlan(environment, WHOLE_SITE, sha256).digest
  } catch (error) {
    return (error as Error).message
  }
}

/** What the builder must say: the schema's word, and that no name stands for two. */
function isGood(validator: Validator, rows: readonly ToldComponent[]): boolean {
  const applications = new Map<unknown, Map<unknown, unknown>>()
  const makers = new Map<unknown, unknown>()
  const met = new Set<unknown>()
  for (const { application, component, ...rest } of rows) {
    if (typeof application !== 'string' || typeof component !== 'string') return false
    if (met.has(component)) return false
    met.add(component)
    const components = applications.get(application) ?? new Map<unknown, unknown>()
    applications.set(application, components.set(component, rest))
    for (const capability of Array.isArray(rest.produces) ? (rest.produces as unknown[]) : []) {
      if ((makers.get(capability) ?? component) !== component) return false
      makers.set(capability, component)
    }
  }
  const document = {
    environment: 'production',
    applications: Object.fromEntries(
      [...applications].map(([name, components]) => [name, Object.fromEntries(components)]),
    ),
  }
  return validator.isValid(environmentSchema, document)
}

const SPOILERS = [null, 0, '', 'Sql[x]', 'sql[x]', 'a b', 'n*', [], {}, ['Sql[x]', 1], [null]]
const KEYS = ['application', 'component', 'node', 'produces', 'consumes']

describe('an environment of components that come one by one', () => {
  it('is refused exactly where the schema refuses it or a name stands for two', async () => {
    const validator = await loadValidator()
    let refused = 0
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed)
      const rows = told(randomSite(random, { nodes: 3, applications: 2 }))
      const at = integerBelow(random, rows.length)
      const luck = random.next()
      const key = KEYS[integerBelow(random, KEYS.length)] as string
      const spoiler = SPOILERS[integerBelow(random, SPOILERS.length)]
      const row = rows[at]
      if (row !== undefined && luck < 0.5) rows[at] = { ...row, [key]: spoiler }
      else if (row !== undefined && luck < 0.6) rows.push(row)
      const good = isGood(validator, rows)
      expect(built('production', rows) !== undefined, `seed ${seed}`).toBe(good)
      if (!good) refused++
    }
    expect(refused).toBeGreaterThan(500)
    expect(refused).toBeLessThan(2500)
  })

  it('is that of the document, in whatever order they come', async () => {
    let same = 0
    for (let seed = 0; seed < 500; seed++) {
      const random = seededRandom(seed)
      const site = withoutEmpty(randomSite(random))
      const environment = built(site.environment, shuffled(random, told(site)), site.edges)
      if (environment === undefined) continue
      same++
      const copy = JSON.parse(JSON.stringify(environment)) as unknown
      expect(digestOf(environment), `seed ${seed}`).toBe(digestOf(site))
      expect(digestOf(environment), `seed ${seed}`).toBe(digestOf(await parseEnvironment(copy)))
    }
    expect(same).toBeGreaterThan(100)
  })

  it('has its document when it is asked for it, and is not read again', async () => {
    const site = withoutEmpty({ ...lampSite(2), edges: [{ from: 'a', to: 'b', origin: 'x' }] })
    const environment = built(site.environment, told(site), site.edges) as Environment
    expect(environment).toEqual(site)
    expect(await parseEnvironment(environment)).toBe(environment)
    expect(siteOf(environment)).toBe(siteOf(environment))
    expect(environment.applications).toBe(environment.applications)
  })

  it('is refused for its name and for its edges too', () => {
    expect(built('a b', [])).toBeUndefined()
    expect(built('production', [], [{ from: 'a', to: 'b b', origin: 'x' }])).toBeUndefined()
    expect(built('production', [])).toEqual({ environment: 'production', applications: {} })
  })
})
