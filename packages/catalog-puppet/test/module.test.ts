import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_TYPE } from '../src/puppetdb/options.js'
import { quickGraph } from '../src/puppetdb/quick-graph.js'

const MODULE = fileURLToPath(new URL('../module/', import.meta.url))
const NODE = 'dev1.example.net'
/** With the folder where the packages of Puppet put the command, which is on no PATH. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/opt/puppetlabs/bin` }
const PUPPET = 'puppet'
const version = spawnSync(PUPPET, ['--version'], { env, encoding: 'utf8' })
const withoutPuppet = version.status !== 0
if (withoutPuppet) {
  console.warn('There is no puppet command here: the Puppet module is not compiled, only read.')
}

describe('the Puppet module', () => {
  it('is complete for the Forge', async () => {
    const metadata = JSON.parse(await readFile(join(MODULE, 'metadata.json'), 'utf8')) as Record<
      string,
      unknown
    >
    expect(metadata).toMatchObject({ license: 'Apache-2.0', dependencies: [] })
    expect(metadata['name']).toMatch(/^[a-z0-9]+-choirmaster$/)
    for (const key of ['author', 'summary', 'source', 'version']) expect(metadata[key]).toBeTruthy()
    expect(String(metadata['summary']).length).toBeLessThanOrEqual(144)
    const files = ['CHANGELOG.md', 'LICENSE', 'README.md', 'manifests', 'metadata.json', 'types']
    expect((await readdir(MODULE)).sort()).toEqual(files)
    const changes = await readFile(join(MODULE, 'CHANGELOG.md'), 'utf8')
    expect(changes).toContain(`## ${String(metadata['version'])}`)
  })

  it('documents each parameter in the way of Puppet Strings', async () => {
    const manifest = await readFile(join(MODULE, 'manifests/component.pp'), 'utf8')
    expect(manifest).toMatch(/^# @summary /)
    const parameters = [...manifest.matchAll(/^ {2}[\w:[\]]+ +\$(\w+)/gm)].map(([, name]) => name)
    expect(parameters).toEqual(['application', 'produces', 'consumes'])
    for (const name of parameters) expect(manifest).toContain(`\n# @param ${String(name)}\n`)
  })
})

describe.skipIf(withoutPuppet)(`compiled by Puppet ${version.stdout?.trim() ?? ''}`, () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'choirmaster-module-'))
    await mkdir(join(folder, 'modules'))
    await symlink(MODULE, join(folder, 'modules/choirmaster'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const puppet = async (...args: string[]) => {
    const own = ['--confdir', join(folder, 'etc'), '--vardir', join(folder, 'var')]
    return promisify(execFile)(PUPPET, [...args, ...own], { env })
  }

  interface Resource {
    readonly type: string
    readonly title: string
    readonly parameters: object
    readonly file: string
    readonly line: number
  }

  /** The components in the catalog of a manifest, as PuppetDB would have them. */
  async function compile(manifest: string) {
    const file = join(folder, 'site.pp')
    await writeFile(file, manifest)
    const paths = ['--modulepath', join(folder, 'modules'), '--manifest', file]
    const { stdout } = await puppet('catalog', 'compile', NODE, ...paths, '--render-as', 'json')
    // A line of log comes before it.
    const { resources } = JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1)) as {
      resources: readonly Resource[]
    }
    return resources
      .filter(({ type }) => type === DEFAULT_TYPE)
      .map((resource) => ({ ...resource, certname: NODE }))
  }

  it('parses', async () => {
    await puppet('parser', 'validate', MODULE)
  })

  it('puts components into the catalog that the source reads, defaults filled in', async () => {
    const rows = await compile(`
      choirmaster::component { 'Lamp::Mysql[app1]':
        application => 'Lamp[app1]',
        produces    => ['Sql[app1]', 'Sql[it\\'s [x]]'],
      }
      choirmaster::component { 'Lamp::Webapp[app1]':
        application => 'Lamp[app1]',
        consumes    => ['Sql[app1]'],
      }
    `)
    const graph = quickGraph('production')
    graph.add(rows)
    expect(graph.build([])).toEqual({
      environment: 'production',
      applications: {
        'Lamp[app1]': {
          'Lamp::Mysql[app1]': {
            node: NODE,
            produces: ['Sql[app1]', "Sql[it's [x]]"],
            consumes: [],
          },
          'Lamp::Webapp[app1]': { node: NODE, produces: [], consumes: ['Sql[app1]'] },
        },
      },
    })
    expect(rows[0]).toMatchObject({ file: join(folder, 'site.pp'), line: 2 })
  })

  it.each([
    [
      'a title that is none',
      "'mysql': application => 'Lamp[app1]'",
      "the title 'mysql' is no reference",
    ],
    [
      'a need without a title',
      "'A[1]': application => 'B[1]', consumes => ['C[]']",
      "parameter 'consumes' index 0",
    ],
  ])('refuses %s', async (_, body, says) => {
    const failed: unknown = await compile(`choirmaster::component { ${body} }`).catch(
      (error: unknown) => error,
    )
    expect((failed as { stderr?: string }).stderr).toContain(says)
  })
})
