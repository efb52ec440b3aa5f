import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isCodedError, type CodedError } from '../errors/coded-error.js'
import { seededRandom, randomSite, site } from '../testing/index.js'
import { parseEnvironment } from './parse.js'

const FIXTURES = new URL('../../test/fixtures/environment/', import.meta.url)
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8'))

async function refusal(value: unknown): Promise<CodedError> {
  const error: unknown = await parseEnvironment(value).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isCodedError(error)) throw new Error(`not refused: ${String(error)}`)
  expect(error.code).toBe('environment-invalid')
  expect(error.exit).toBe(1)
  return error
}

const withComponent = (component: unknown): unknown => ({
  environment: 'production',
  applications: { 'Lamp[app1]': { 'Lamp::Mysql[app1]': component } },
})

describe('parseEnvironment takes', () => {
  const documents = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.error.json'))
    .map((name) => name.slice(0, -'.json'.length))

  it.each(documents)('what Puppet answers: %s', async (name) => {
    const document = fixture(name)
    expect(await parseEnvironment(document)).toBe(document)
  })

  it.each([['text'], [20161103], [true], [null]])('a code_id of %j', async (code_id) => {
    const document = { environment: 'production', applications: {}, code_id }
    expect(await parseEnvironment(document)).toEqual(document)
  })

  it('keys that it does not know, and hostile ones harmlessly', async () => {
    const document: unknown = JSON.parse(
      `{"environment":"production","applications":{"Lamp[__proto__]":{"Lamp::Mysql[constructor]":
        {"node":"__proto__","__proto__":{"produces":[1]},"extra":null}}},"__proto__":{"edges":1},"new":{}}`,
    )
    expect(await parseEnvironment(document)).toBe(document)
    expect(({} as Record<string, unknown>).produces).toBeUndefined()
  })

  it('free text as title', async () => {
    for (const title of ['My App [primary]', `it's "quoted"`, 'é', 'a\nb', ']', '[', ' ']) {
      await parseEnvironment(
        withComponent({ node: 'a', produces: [`Sql[${title}]`], consumes: [`Http[${title}]`] }),
      )
    }
  })

  it('a component that names neither products nor needs', async () => {
    await parseEnvironment(withComponent({ node: 'Db1.Example.NET' }))
  })

  it('edges between nodes', async () => {
    await parseEnvironment(site().edge('a', 'b', 'exported File[/etc/x]').build())
  })

  it('a component reference in two applications', async () => {
    await parseEnvironment(
      site()
        .application('A[1]')
        .component('Part[x]', 'a')
        .application('B[1]')
        .component('Part[x]', 'b')
        .build(),
    )
  })

  it('random sites', async () => {
    for (let seed = 0; seed < 50; seed++) await parseEnvironment(randomSite(seededRandom(seed)))
  })
})

describe('parseEnvironment refuses', () => {
  it.each<[string, unknown, string]>([
    ['null', null, '$'],
    ['a list', [], '$'],
    ['text', 'site', '$'],
    ["Puppet's error document", fixture('compile_error.error'), '$'],
    ['no applications', { environment: 'production' }, '$'],
    ['no environment', { applications: {} }, '$'],
    ['an environment without a name', { environment: '', applications: {} }, '$.environment'],
    ['a number as environment', { environment: 3, applications: {} }, '$.environment'],
    ['applications as a list', { environment: 'x', applications: [] }, '$.applications'],
    ['applications that are null', { environment: 'x', applications: null }, '$.applications'],
    [
      'a code_id that is an object',
      { environment: 'x', applications: {}, code_id: {} },
      '$.code_id',
    ],
    [
      'an application that is null',
      { environment: 'x', applications: { 'A[1]': null } },
      '$.applications["A[1]"]',
    ],
    [
      'an application in small letters',
      { environment: 'x', applications: { 'lamp[1]': {} } },
      '$.applications["lamp[1]"]',
    ],
    [
      'an application without a title',
      { environment: 'x', applications: { 'Lamp[]': {} } },
      '$.applications["Lamp[]"]',
    ],
    [
      'a hostile name',
      JSON.parse('{"environment":"x","applications":{"__proto__":{}}}'),
      '$.applications.__proto__',
    ],
    ['edges that are no list', { environment: 'x', applications: {}, edges: {} }, '$.edges'],
    [
      'an edge to nowhere',
      { environment: 'x', applications: {}, edges: [{ from: 'a', origin: '' }] },
      '$.edges[0]',
    ],
    [
      'an edge to many',
      { environment: 'x', applications: {}, edges: [{ from: 'a', to: '*', origin: '' }] },
      '$.edges[0].to',
    ],
  ])('%s', async (_, document, place) => {
    const error = await refusal(document)
    expect(error.place).toBe(place)
    expect(error.hint).not.toBe('')
  })

  const HERE = '$.applications["Lamp[app1]"]["Lamp::Mysql[app1]"]'
  it.each<[string, unknown, string]>([
    ['null', null, HERE],
    ['text', 'node1', HERE],
    ['without a node', { produces: [] }, HERE],
    ['whose node is null', { node: null }, `${HERE}.node`],
    ['on no node', { node: '' }, `${HERE}.node`],
    ['on two nodes', { node: ['a', 'b'] }, `${HERE}.node`],
    ['on a node with a blank', { node: 'a b' }, `${HERE}.node`],
    ['on a node with a line end', { node: 'a\n' }, `${HERE}.node`],
    ['on a node with an escape', { node: 'a\u001b[2J' }, `${HERE}.node`],
    ['on all nodes', { node: '*' }, `${HERE}.node`],
    ['on a subject', { node: 'a.>' }, `${HERE}.node`],
    ['that produces null', { node: 'a', produces: null }, `${HERE}.produces`],
    ['that consumes null', { node: 'a', consumes: null }, `${HERE}.consumes`],
    ['that consumes text', { node: 'a', consumes: 'Sql[x]' }, `${HERE}.consumes`],
    ['that consumes a number', { node: 'a', consumes: ['Sql[x]', 1] }, `${HERE}.consumes[1]`],
    ['that consumes a bare name', { node: 'a', consumes: ['sql'] }, `${HERE}.consumes[0]`],
    ['that produces an open title', { node: 'a', produces: ['Sql[x'] }, `${HERE}.produces[0]`],
  ])('a component %s', async (_, component, place) => {
    expect((await refusal(withComponent(component))).place).toBe(place)
  })

  it('a document with several flaws, all at once', async () => {
    const error = await refusal({
      environment: 1,
      applications: {
        'Lamp[app1]': { mysql: { consumes: ['x', 'Sql[y]', null] }, 'Web[1]': { node: 'a' } },
        blog: {},
      },
    })
    expect(error.problems.map((problem) => problem.message)).toEqual([
      '$.environment must be a string, not a number',
      '$.applications["Lamp[app1]"].mysql is named wrongly: the name must be a reference such as Lamp[app1], the type in capitals',
      '$.applications["Lamp[app1]"].mysql has no "node"',
      '$.applications["Lamp[app1]"].mysql.consumes[0] must be a reference such as Lamp[app1], the type in capitals',
      '$.applications["Lamp[app1]"].mysql.consumes[2] must be a string, not null',
      '$.applications.blog is named wrongly: the name must be a reference such as Lamp[app1], the type in capitals',
    ])
    expect(error.message).toBe(
      'The document is no environment: $.environment must be a string, not a number (and 5 more problems)',
    )
  })

  it('at most 50 problems of a big document, and counts the rest', async () => {
    const components = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`Part[${n}]`, { consumes: Array(100).fill(n) }]),
    )
    const error = await refusal({ environment: 'x', applications: { 'A[1]': components } })
    expect(error.problems).toHaveLength(50)
    expect(error.more).toBe(100 * 101 - 50)
    expect(error.message).toContain('(and at least 10099 more problems)')
  })

  it('with places of a file where it knows them', async () => {
    const error = await parseEnvironment(withComponent({}), {
      source: 'site.yaml',
      locate: (path) => `site.yaml:${path.length}:1`,
    }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      place: 'site.yaml:3:1',
      message:
        'site.yaml is no environment: $.applications["Lamp[app1]"]["Lamp::Mysql[app1]"] has no "node"',
    })
  })
})
