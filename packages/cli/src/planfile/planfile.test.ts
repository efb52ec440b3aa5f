import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_OPTIONS, makePlan, planDocument, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LAMP } from '../../test/lamp.js'
import type { PlanFileContent } from './planfile.schema.js'
import { readPlanFile } from './read.js'
import { writePlanFile } from './write.js'

const content: PlanFileContent = {
  plan: planDocument(makePlan(LAMP, WHOLE_SITE, sha256)),
  options: DEFAULT_OPTIONS,
  catalog: {
    provider: 'file',
    options: { path: 'site.yaml' },
    base_dir: '/srv',
    environment: null,
  },
}

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planfile-'))
  file = join(folder, 'p.json')
})
afterEach(() => rm(folder, { recursive: true }))

const read = () => readPlanFile(file, 'p.json')

/** Writes the file with its text changed. */
async function change(from: string | RegExp, to: string): Promise<void> {
  await writePlanFile(file, content)
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(from)
  await writeFile(file, text.replace(from, to))
}

it('gives back what was written, and only to its owner', async () => {
  await writePlanFile(file, content)
  expect(await read()).toMatchObject(content)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('bears to be laid out anew', async () => {
  await writePlanFile(file, content)
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))))
  expect(await read()).toMatchObject(content)
})

it.each<[string, string | RegExp, string, object]>([
  [
    'a node of the plan is another',
    'dev2.example.net',
    'dev9.example.net',
    { code: 'planfile-altered' },
  ],
  ['the width is another', '"width": 20', '"width": 2000', { code: 'planfile-altered' }],
  ['the checksum is another', /"sum": "./, '"sum": "', { code: 'planfile-invalid' }],
  ['a part is missing', '"assume_done"', '"assumed_done"', { code: 'planfile-invalid' }],
  ['an option is impossible', '"width": 20', '"width": 0', { code: 'planfile-invalid' }],
  [
    'it is of another version',
    'planfile/1',
    'planfile/2',
    {
      code: 'planfile-invalid',
      message:
        'p.json is a plan file of format choirmaster.planfile/2; this version reads choirmaster.planfile/1',
    },
  ],
  [
    'it is another document of ours',
    'planfile/1',
    'report/1',
    { code: 'planfile-invalid', message: 'p.json is no plan file, it is choirmaster.report/1' },
  ],
  ['it is cut off', /\}\s*$/, '', { code: 'document-syntax' }],
])('is refused when %s', async (_, from, to, expected) => {
  await change(from, to)
  const error = await read().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ ...expected, exit: 1 })
  expect((error as { place: string }).place).toMatch(/^p\.json:\d+:\d+$/)
})

it.each(['{}', '[]', 'null', '"x"', '3'])('is refused when it holds %s', async (text) => {
  await writeFile(file, text)
  await expect(read()).rejects.toMatchObject({
    code: 'planfile-invalid',
    message: 'p.json is no plan file',
  })
})

it('is refused when it is not there', async () => {
  await expect(read()).rejects.toMatchObject({ code: 'document-not-found', exit: 1 })
})

it('says where it cannot be written, and leaves nothing behind', async () => {
  const path = join(folder, 'gone', 'p.json')
  await expect(writePlanFile(path, content)).rejects.toMatchObject({
    code: 'planfile-unwritable',
    place: path,
  })
})
