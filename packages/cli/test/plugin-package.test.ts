import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const core = fileURLToPath(new URL('../../core', import.meta.url))
const fixture = fileURLToPath(new URL('fixtures/choirmaster-catalog-csv', import.meta.url))

const host = fileURLToPath(new URL('fixtures/plugin-host.mjs', import.meta.url))

const SITE = `Shop[eu],Shop::Db[eu],db1.example.net,Sql[eu],
Shop[eu],Shop::Web[eu],web1.example.net,,Sql[eu]
`

/** Folders of the packages that core needs, with what those need. */
function dependenciesOf(folder: string): readonly string[] {
  const { resolve } = createRequire(join(folder, 'package.json'))
  const { dependencies = {} } = createRequire(import.meta.url)(join(folder, 'package.json')) as {
    dependencies?: Record<string, string>
  }
  return Object.keys(dependencies).flatMap((name) => {
    const own = dirname(resolve(`${name}/package.json`))
    return [own, ...dependenciesOf(own)]
  })
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const cli = process.env['npm_execpath']
  const [command, ...rest] = cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm']
  await run(command ?? 'npm', [...rest, ...args, ...quiet], { cwd })
}

let estate = ''

/** Packs the plugin and all that it needs, as a registry would hold them, and installs that into a folder far away. */
beforeAll(async () => {
  expect(existsSync(join(core, 'dist/provide.js')), 'core must be built before it is packed').toBe(
    true,
  )
  estate = await realpath(await mkdtemp(join(tmpdir(), 'choirmaster-estate-')))
  const packages = new Set([fixture, core, ...dependenciesOf(core)])
  await npm(estate, 'pack', ...packages, '--pack-destination', estate)
  const tarballs = (await readdir(estate)).filter((file) => file.endsWith('.tgz'))
  expect(tarballs).toHaveLength(packages.size)
  await npm(estate, 'install', '--prefix', estate, ...tarballs.map((file) => `./${file}`))
  await writeFile(join(estate, 'site.csv'), SITE)
  await writeFile(
    join(estate, 'choirmaster.yaml'),
    'plugins: [choirmaster-catalog-csv]\ncatalog: { use: csv, path: site.csv }\n',
  )
}, 60_000)

afterAll(() => rm(estate, { recursive: true, force: true }))

interface Told {
  readonly environment?: unknown
  readonly error?: { readonly code: string; readonly place: string; readonly ours: boolean }
}

/** What a process of its own makes of the estate. */
async function readGraph(...set: string[]): Promise<Told> {
  const { stdout } = await run(process.execPath, [host, estate, ...set])
  return JSON.parse(stdout) as Told
}

describe('a plugin package that is installed beside the configuration', () => {
  it('has its own copy of core', async () => {
    const own = join(estate, 'node_modules/@choirmaster/core')
    expect((await lstat(own)).isSymbolicLink()).toBe(false)
    expect(basename(await realpath(own))).toBe('core')
    expect(await realpath(own)).toContain(estate)
  })

  it('gives the graph', async () => {
    expect(await readGraph()).toEqual({
      environment: {
        environment: 'production',
        applications: {
          'Shop[eu]': {
            'Shop::Db[eu]': { node: 'db1.example.net', produces: ['Sql[eu]'], consumes: [] },
            'Shop::Web[eu]': { node: 'web1.example.net', produces: [], consumes: ['Sql[eu]'] },
          },
        },
      },
    })
  })

  it('throws errors of its own copy of core, which are understood', async () => {
    const { error } = await readGraph('catalog.path=nothing.csv')
    expect(error).toMatchObject({ code: 'csv-unreadable', place: 'nothing.csv', exit: 1 })
    expect(error?.ours).toBe(false)
  })

  it('has its options checked by its own schema, with their place', async () => {
    const { error } = await readGraph('catalog.path=5')
    expect(error).toMatchObject({ code: 'provider-options', place: '--set catalog.path' })
    expect(error?.ours).toBe(true)
  })
})
