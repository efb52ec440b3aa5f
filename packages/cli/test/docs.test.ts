import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import Plan from '../src/commands/plan.js'
import { runCommand } from './run-command.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docs-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The first block of YAML on a page. */
async function example(page: string): Promise<string> {
  const text = await readFile(new URL(`../../../${page}`, import.meta.url), 'utf8')
  return /^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? ''
}

async function plan(site: string, ...argv: string[]) {
  await writeFile(join(folder, 'site.yaml'), site)
  return runCommand(Plan, ['--site', 'site.yaml', ...argv], { cwd: folder })
}

it.each(['README.md', 'docs/site-file.md'])(
  'the site of %s is planned as it says',
  async (page) => {
    const io = await plan(await example(page), '--json')
    const { groups } = JSON.parse(io.out()) as { groups: string[][] }
    expect(groups).toEqual([['db1.example.net'], ['web1.example.net', 'web2.example.net']])
  },
)

it('the error on the page of site files is what is printed', async () => {
  const page = await readFile(new URL('../../../docs/site-file.md', import.meta.url), 'utf8')
  const shown = /^\$ choirmaster plan --site site\.yaml\n([\s\S]*?)^```/m.exec(page)?.[1]
  const io = await plan(
    (await example('docs/site-file.md')).replace('node: web1.example.net, ', ''),
  )
  expect(io.err()).toBe(shown)
})

it('so is that on the page of errors', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const shown = /^\$ choirmaster plan .*\n([\s\S]*?)^```/m.exec(page)?.[1]
  const site = (await example('docs/site-file.md')).replace('Shop[main]', 'Lamp[app1]')
  const two = site.replace('    Shop::Web[two]', '  Lamp[app2]:\n    Shop::Web[two]')
  const io = await plan(two, '--instance', 'Lamp[app3]')
  expect(io.err()).toBe(shown)
})
