import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeIo } from '../../test/fake-io.js'
import { runCommand } from '../../test/run-command.js'
import Plan from '../commands/plan.js'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'merge-'))))
afterEach(() => rm(folder, { recursive: true }))

const SITES = {
  'db.yaml':
    "environment: production\napplications: { 'Lamp[a]': { 'Db[a]': { node: db, produces: ['Sql[a]'] } } }\n",
  'web.yaml':
    "environment: production\napplications: { 'Lamp[a]': { 'Web[a]': { node: web, consumes: ['Sql[a]'] } } }\n",
}

async function plan(sources: string, flags = ['--json']): Promise<FakeIo> {
  for (const [name, text] of Object.entries(SITES)) await writeFile(join(folder, name), text)
  await writeFile(
    join(folder, 'choirmaster.yaml'),
    `schema: choirmaster.config/1\ncatalog: { use: merge, sources: ${sources} }\n`,
  )
  return runCommand(Plan, flags, { cwd: folder })
}

describe('the source merge', () => {
  it('plans what several files declare, and says which of them each edge is from', async () => {
    const io = await plan('[{ use: file, path: db.yaml }, { use: file, path: web.yaml }]')
    expect(JSON.parse(io.out())).toMatchObject({
      groups: [['db'], ['web']],
      edges: [
        {
          from: 'db',
          to: 'web',
          because: [{ capability: 'Sql[a]', sources: ['file 1', 'file 2'] }],
        },
      ],
    })
  })

  it('says so in the plan for people too', async () => {
    const io = await plan('[{ use: file, path: db.yaml }, { use: file, path: web.yaml }]', [])
    expect(io.out()).toContain(
      'Orders, with the sources that declare them:\n' +
        '    db before web: Sql[a], Db[a] -> Web[a] (file 1, file 2)\n',
    )
  })

  it.each([
    ['[{ use: file, path: db.yaml }]', 'provider-options'],
    ['[{ use: file, path: db.yaml }, { use: other }]', 'provider-options'],
    ['[{ use: file, path: db.yaml }, { use: file, patj: web.yaml }]', 'provider-options'],
    ['[{ use: file, path: db.yaml }, { use: file, path: none.yaml }]', 'document-not-found'],
  ])('%s is %s', async (sources, code) => {
    const io = await plan(sources)
    expect(JSON.parse(io.out())).toMatchObject({ error: { code } })
  })
})
