import { describe, expect, it } from 'vitest'
import { loadValidator } from '../schema/validator.js'
import { integerBelow, lampSite, randomSite, seededRandom, site } from '../testing/index.js'
import { environmentSchema } from './environment.schema.js'
import { parseEnvironment } from './parse.js'
import { indexSite } from './site-index.js'
import { siteOf } from './site-of.js'

describe('the quick check', () => {
  it('refuses exactly what the schema refuses, and collecting finds why', async () => {
    const validator = await loadValidator()
    let refused = 0
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed)
      const document = JSON.parse(
        JSON.stringify(randomSite(random, { nodes: 3, applications: 2 })),
      ) as unknown
      const broken = spoilt(document, random)
      const valid = validator.isValid(environmentSchema, broken)
      expect(indexSite(broken) !== undefined, `seed ${seed}`).toBe(valid)
      if (valid) continue
      refused++
      await expect(parseEnvironment(broken), `seed ${seed}`).rejects.toMatchObject({
        code: 'environment-invalid',
      })
    }
    expect(refused).toBeGreaterThan(1000)
  })

  it('is not done twice', async () => {
    const environment = await parseEnvironment(lampSite(1, 1))
    expect(siteOf(environment)).toBe(siteOf(environment))
    expect(siteOf({ ...environment })).not.toBe(siteOf(environment))
  })

  it('of a document that a program made and that is wrong is a bug', () => {
    expect(() => siteOf(site().application('small[x]').build())).toThrow('breaks its schema')
  })
})

const SPOILERS: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  '',
  'x',
  'Sql[x]',
  'sql[x]',
  'Sql::Db[a] b]',
  'Sql::[x]',
  'Sql[x',
  'a b',
  'a\u0000',
  'n*',
  'n.>',
  [],
  {},
  ['Sql[x]', 1],
  [null],
  [{ from: 'a', to: 'b', origin: 'x' }],
  [{ from: 'a', to: 'b b', origin: 'x' }],
  [{ from: 'a', to: 'b' }],
]
const KEYS = ['environment', 'applications', 'edges', 'code_id', 'node', 'produces', 'consumes']
const NAMES = ['App[1]', 'app[1]', 'App', '__proto__', 'App[]', 'App[\n]', 'A::B[x]', 'A::b[x]']

/** The document with one value replaced or one key added, somewhere. */
function spoilt(value: unknown, random: { next(): number }): unknown {
  const pick = <T>(items: readonly T[]): T => items[integerBelow(random, items.length)] as T
  if (typeof value !== 'object' || value === null || random.next() < 0.15) return pick(SPOILERS)
  if (Array.isArray(value)) {
    const list = [...(value as unknown[])]
    list[integerBelow(random, list.length + 1)] = spoilt(list[0], random)
    return list
  }
  const entries = Object.entries(value)
  const at = integerBelow(random, entries.length + 1)
  const entry = entries[at]
  const luck = random.next()
  if (entry === undefined) entries.push([pick([...KEYS, ...NAMES]), pick(SPOILERS)])
  else if (luck < 0.2) entries.splice(at, 1)
  else if (luck < 0.4) entry[0] = pick([...KEYS, ...NAMES])
  else entry[1] = spoilt(entry[1], random)
  return Object.fromEntries(entries)
}
