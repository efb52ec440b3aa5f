import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeSystem } from './node-system.js'

describe('nodeSystem', () => {
  const here = fileURLToPath(import.meta.url)
  const folders: string[] = []

  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  })

  /** Puts a command `puppet` that is this shell script first on the PATH. */
  async function puppetIs(script: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'choirmaster-'))
    folders.push(folder)
    await writeFile(join(folder, 'puppet'), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, 'puppet'), 0o755)
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`)
  }

  it('reads files; one that does not exist is undefined, another failure is told', async () => {
    const { readFile } = nodeSystem()
    expect(await readFile(here)).toContain('nodeSystem')
    expect(await readFile(`${here}.nope`)).toBeUndefined()
    expect(await readFile(`${here}/below-a-file`)).toBeUndefined()
    await expect(readFile(fileURLToPath(new URL('.', import.meta.url)))).rejects.toThrow('EISDIR')
  })

  it('knows the user and the machine', () => {
    const { home, hostname, cwd } = nodeSystem()
    expect([home, hostname, cwd].every((text) => text.length > 0)).toBe(true)
  })

  it('asks the puppet command for a setting', async () => {
    await puppetIs('echo "/ssl/of/$*"')
    expect(await nodeSystem().puppetSetting('ssldir')).toBe('/ssl/of/config print ssldir')
  })

  it('knows no setting where the command fails or says nothing', async () => {
    await puppetIs('exit 1')
    expect(await nodeSystem().puppetSetting('ssldir')).toBeUndefined()
    await puppetIs('true')
    expect(await nodeSystem().puppetSetting('ssldir')).toBeUndefined()
  })
})
