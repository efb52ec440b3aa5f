import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { lampSite } from '@choirmaster/core/testing'
import { catalogKit } from '@choirmaster/testkit'
import { afterEach, describe, test } from 'vitest'
import { fileCatalog } from './provider.js'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

describe('the site file keeps the contract of catalog sources', () => {
  catalogKit(test, async () => {
    const baseDir = await mkdtemp(join(tmpdir(), 'catalog-kit-'))
    folders.push(baseDir)
    const holds = lampSite(2)
    await writeFile(join(baseDir, 'site.json'), JSON.stringify(holds))
    const host = { baseDir, clock: systemClock(), random: systemRandom(), notice: () => undefined }
    const call = { signal: new AbortController().signal }
    return { source: await fileCatalog.open({ path: 'site.json' }, host, call), holds }
  })
})
