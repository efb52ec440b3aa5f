import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isCodedError, type CodedError } from '@choirmaster/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPlugin } from './load-plugin.js'
import { loadRegistry } from './load-registry.js'

const provider = (name: string): string =>
  `{ kind: 'catalog', name: '${name}', summary: '', options: { json: {} }, open: () => ({}) }`
const plugin = (name: string): string =>
  `export default { contract: 1, name: 'X', providers: [${provider(name)}] }`
const manifest = (more: object): string =>
  JSON.stringify({ version: '1.0.0', type: 'module', ...more })

let root = ''
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'choirmaster-plugins-')))
  const files: Readonly<Record<string, string>> = {
    'a/local.mjs': plugin('local'),
    'a/throws.mjs': 'throw new TypeError("no cmdb today")',
    'a/needs.mjs': "import 'choirmaster-is-not-there'",
    'a/broken.mjs': 'export default {',
    'a/nothing.mjs': 'export const plugin = {}',
    'a/newer.mjs': 'export default { contract: 2, name: "X", providers: [] }',
    'a/file.mjs': plugin('file'),
    'a/node_modules/in-a/package.json': manifest({ exports: { import: './index.js' } }),
    'a/node_modules/in-a/index.js': plugin('from-a'),
    'a/node_modules/@scope/both/package.json': manifest({ exports: './index.js' }),
    'a/node_modules/@scope/both/index.js': plugin('both-of-a'),
    'a/node_modules/closed/package.json': manifest({ exports: { './inner': './x.js' } }),
    'a/node_modules/hollow/package.json': manifest({ exports: './gone.js' }),
    'b/node_modules/@scope/both/package.json': manifest({ exports: './index.js' }),
    'b/node_modules/@scope/both/index.js': plugin('both-of-b'),
    'node_modules/above/package.json': manifest({ main: 'index.js' }),
    'node_modules/above/index.js': plugin('above'),
    'a/node_modules/old/package.json': manifest({ type: 'commonjs', main: './index.js' }),
    'a/node_modules/old/index.js': plugin('old').replace('export default', 'module.exports ='),
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
})
afterAll(() => rm(root, { recursive: true }))

async function namesOf(specifier: string, folder = 'a'): Promise<readonly string[]> {
  const plugins = [{ specifier, folder: join(root, folder), place: 'choirmaster.yaml:2:5' }]
  return (await loadRegistry({ plugins })).names('catalog')
}

async function refusal(work: Promise<unknown>): Promise<CodedError> {
  try {
    await work
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

describe('a plugin', () => {
  it.each([
    ['in-a', 'from-a'],
    ['@scope/both', 'both-of-a'],
    ['above', 'above'],
    ['./local.mjs', 'local'],
    ['../a/local.mjs', 'local'],
    ['old', 'old'],
  ])('is resolved from the folder of the configuration: %s', async (specifier, name) => {
    expect(await namesOf(specifier)).toEqual(['file', 'merge', 'puppet', 'puppetdb', name].sort())
  })

  it('is another package for another configuration', async () => {
    expect(await namesOf('@scope/both', 'b')).toContain('both-of-b')
  })

  it('may be named by an absolute path or a file URL', async () => {
    expect(await namesOf(join(root, 'a/local.mjs'), 'b')).toContain('local')
    expect(await namesOf(`file://${join(root, 'a/local.mjs')}`, 'b')).toContain('local')
  })

  it.each<[string, string, string]>([
    ['in-b', 'plugin-not-found', 'not installed: looked in'],
    ['./gone.mjs', 'plugin-not-found', 'is not there: looked for'],
    ['node:fs', 'plugin-not-found', 'cannot be resolved'],
    ['https://example.net/x.js', 'plugin-not-found', 'cannot be resolved'],
    ['Not A Name!', 'plugin-not-found', 'Not A Name!'],
    ['closed', 'plugin-not-found', 'cannot be resolved'],
    ['hollow', 'plugin-failed', 'cannot be loaded'],
    ['./node_modules/in-a', 'plugin-failed', 'cannot be loaded'],
    ['./throws.mjs', 'plugin-failed', 'TypeError: no cmdb today'],
    ['./needs.mjs', 'plugin-failed', 'choirmaster-is-not-there'],
    ['./broken.mjs', 'plugin-failed', 'cannot be loaded'],
    ['./nothing.mjs', 'plugin-invalid', 'no default export'],
    ['./newer.mjs', 'plugin-contract', 'keeps contract 2; this choirmaster keeps contract 1'],
    ['./file.mjs', 'provider-duplicate', 'by @choirmaster/catalog-file and by ./file.mjs'],
  ])('that cannot be used is refused with its place: %s', async (specifier, code, message) => {
    const error = await refusal(namesOf(specifier))
    expect({ code: error.code, place: error.place }).toEqual({
      code,
      place: 'choirmaster.yaml:2:5',
    })
    expect(error.message).toContain(message)
    expect(error.message).toContain(specifier)
    expect(error.exit).toBe(1)
  })

  it('that is not installed is refused with what to install, and where', async () => {
    const error = await refusal(
      loadPlugin({ specifier: 'in-b', folder: join(root, 'a'), place: 'choirmaster.yaml:2:5' }),
    )
    expect(error.message).toContain(join(root, 'a/node_modules'))
    expect(error.hint).toContain(`npm install --prefix ${join(root, 'a')} in-b`)
  })
})
