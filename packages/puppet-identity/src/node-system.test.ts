import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeSystem } from './node-system.js'

describe('nodeSystem', () => {
  const here = fileURLToPath(import.meta.url)

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
})
