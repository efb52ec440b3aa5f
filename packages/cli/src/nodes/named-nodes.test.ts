import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { namedNodes } from './named-nodes.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodes-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('are those of the flags and of files, each once, in their order', async () => {
  await writeFile(join(folder, 'list'), '# web\nweb2\r\n\n  web1  \n#web3\ndb1\n')
  expect(await namedNodes(['db1', '@list', 'db1,db2, '], folder)).toEqual([
    'db1',
    'web2',
    'web1',
    'db2',
  ])
})

it('cannot be those of a file that is not there', async () => {
  await expect(namedNodes(['@gone'], folder)).rejects.toMatchObject({
    code: 'nodes-file-unreadable',
    place: '-I @gone',
  })
})
