import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunStore } from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { storeKit } from '@choirmaster/testkit'
import { afterEach, describe, test } from 'vitest'
import { fileStore } from './provider.js'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

function open(baseDir: string): Promise<RunStore> {
  const host = { baseDir, clock: systemClock(), random: systemRandom(), notice: () => undefined }
  return fileStore.open({ dir: 'state' }, host, { signal: new AbortController().signal })
}

describe('the store of files keeps the contract', () => {
  storeKit(test, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-kit-'))
    folders.push(folder)
    return {
      store: await open(folder),
      reopen: () => open(folder),
      async orphan(run) {
        for (const name of await readdir(join(folder, 'state/locks'))) {
          if (name.startsWith(`${run}.`)) await utimes(join(folder, 'state/locks', name), 1, 1)
        }
      },
    }
  })
})
