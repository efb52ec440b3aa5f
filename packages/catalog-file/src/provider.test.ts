import type { CatalogSource, CodedError, Environment, Host } from '@choirmaster/core/provide'
import { checkAgainst, isCodedError } from '@choirmaster/core'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileCatalog } from './index.js'

const fixtures = fileURLToPath(new URL('../test/fixtures/', import.meta.url))
const call = { signal: new AbortController().signal }

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choirmaster-catalog-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function source(file: string): Promise<CatalogSource> {
  const host = { baseDir: dirname(file) } as Host
  return fileCatalog.open({ path: basename(file) }, host, call)
}

async function readText(text: string, name?: string, file = 'site.yaml'): Promise<Environment> {
  const path = join(folder, file)
  await writeFile(path, text)
  return (await source(path)).environment(name, call)
}

async function refusal(reading: Promise<unknown>): Promise<CodedError> {
  try {
    await reading
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

const SITE = `applications:
  Shop[eu]:
    Shop::Db[eu]: { node: db1.example.net, produces: ["Sql[eu]"] }
    Shop::Web[eu]: { node: web1.example.net, consumes: ["Sql[eu]"] }
`

describe('a site file', () => {
  it.each([
    'lamp',
    'cross_app',
    'cycle',
    'empty',
    'empty_site',
    'empty_application',
    'self_edge',
    'unknown_component-4.10.12',
    'code_id',
    'code_id_digits',
  ])('may be JSON exactly as Puppet answers it: %s', async (name) => {
    const file = await source(join(fixtures, `${name}.json`))
    const environment = await file.environment(undefined, call)
    expect(environment.environment).toMatch(/^\w+$/)
    expect(environment.applications).toBeTypeOf('object')
  })

  it('may be six lines of YAML without a name', async () => {
    const environment = await readText(SITE)
    expect(environment.environment).toBe('production')
    expect(environment.applications['Shop[eu]']?.['Shop::Web[eu]']).toEqual({
      node: 'web1.example.net',
      consumes: ['Sql[eu]'],
    })
  })

  it('may hold edges between nodes', async () => {
    const edge = { from: 'a.example.net', to: 'b.example.net', origin: 'by hand' }
    const environment = await readText(`applications: {}\nedges:\n  - ${JSON.stringify(edge)}\n`)
    expect(environment.edges).toEqual([edge])
  })

  it('without a name is of the environment that was asked for', async () => {
    expect((await readText(SITE, 'staging')).environment).toBe('staging')
  })

  it('with a name gives that when nobody asked for one', async () => {
    expect((await readText(`environment: staging\n${SITE}`)).environment).toBe('staging')
    expect((await readText(`environment: staging\n${SITE}`, 'staging')).environment).toBe('staging')
  })

  it('of another environment than the one that was asked for is refused', async () => {
    const error = await refusal(readText(`# site\nenvironment: staging\n${SITE}`, 'production'))
    expect(error.code).toBe('site-other-environment')
    expect(error.message).toBe('site.yaml holds the environment staging, not production')
    expect(error.place).toBe('site.yaml:2:1')
  })

  it.each<[string, string, string, string]>([
    ['empty', '', 'site-empty', 'site.yaml'],
    ['all comments', '# applications:\n', 'site-empty', 'site.yaml'],
    ['a list', '- a\n', 'environment-invalid', 'site.yaml:1:1'],
    ['a text', 'hello\n', 'environment-invalid', 'site.yaml:1:1'],
    ['without applications', 'application: {}\n', 'environment-invalid', 'site.yaml:1:1'],
    ['applications are a list', 'applications: []\n', 'environment-invalid', 'site.yaml:1:1'],
    ['an application is null', 'applications:\n  A[x]:\n', 'environment-invalid', 'site.yaml:2:3'],
    ['no reference', 'applications:\n  shop: {}\n', 'environment-invalid', 'site.yaml:2:3'],
    [
      'a component without a node',
      'applications:\n  A[x]:\n    A::B[x]: {}\n',
      'environment-invalid',
      'site.yaml:3:5',
    ],
    [
      'a node that is no name',
      'applications:\n  A[x]:\n    A::B[x]:\n      node: "a b"\n',
      'environment-invalid',
      'site.yaml:4:7',
    ],
    [
      'consumes is no list',
      'applications:\n  A[x]:\n    A::B[x]:\n      node: a\n      consumes: Sql[x]\n',
      'environment-invalid',
      'site.yaml:5:7',
    ],
    [
      'a capability is a number',
      'applications:\n  A[x]:\n    A::B[x]:\n      node: a\n      consumes:\n        - 7\n',
      'environment-invalid',
      'site.yaml:6:11',
    ],
    [
      'an edge without an end',
      `applications: {}\nedges: [{from: a, origin: x}]\n`,
      'environment-invalid',
      'site.yaml:2:9',
    ],
    ['environment is null', `environment:\n${SITE}`, 'environment-invalid', 'site.yaml:1:1'],
    ['unquoted names in a list', 'applications: {A[x]: {}}\n', 'document-syntax', 'site.yaml:1:17'],
    [
      'the same component twice',
      `${SITE}    Shop::Db[eu]: { node: x }\n`,
      'document-duplicate-key',
      'site.yaml:5:5',
    ],
  ])('that cannot be used is refused with its place: %s', async (_case, text, code, place) => {
    const error = await refusal(readText(text))
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
    expect(error.exit).toBe(1)
    expect(error.hint).not.toBe('')
  })

  it('names all that is wrong, each with its line', async () => {
    const error = await refusal(
      readText('applications:\n  A[x]:\n    A::B[x]: {}\n    A::C[x]:\n      node: 7\n'),
    )
    expect(error.problems.map(({ place }) => place)).toEqual(['site.yaml:3:5', 'site.yaml:5:7'])
  })

  it('that is not there is refused', async () => {
    const missing = await source(join(folder, 'nothing.yaml'))
    const error = await refusal(missing.environment(undefined, call))
    expect(error.code).toBe('document-not-found')
    expect(error.place).toBe('nothing.yaml')
  })

  it('is read anew each time', async () => {
    const path = join(folder, 'changing.yaml')
    await writeFile(path, SITE)
    const file = await source(path)
    expect(Object.keys((await file.environment(undefined, call)).applications)).toHaveLength(1)
    await writeFile(path, 'applications: {}\n')
    expect((await file.environment(undefined, call)).applications).toEqual({})
  })
})

describe('its options', () => {
  it.each([{}, { path: 7 }, { path: '' }, { path: 'site.yaml', pth: 'x' }])(
    'are not %j',
    async (options) => {
      expect(await checkAgainst(fileCatalog.options, options, { code: 'x' })).not.toEqual([])
    },
  )
})
