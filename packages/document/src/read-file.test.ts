import { isCodedError } from '@choirmaster/core/provide'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDocumentFile } from './index.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choirmaster-document-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function codeOf(file: string): Promise<string> {
  const error: unknown = await readDocumentFile(file, { name: 'the-file' }).catch((e: unknown) => e)
  if (!isCodedError(error)) throw error
  expect(error.place).toMatch(/^the-file/)
  expect(error.hint).not.toBe('')
  return error.code
}

describe('a document file', () => {
  it('is read and named as asked', async () => {
    const file = join(folder, 'good.yaml')
    await writeFile(file, 'a:\n  b: 1\n')
    const { value, locate } = await readDocumentFile(file, { name: 'good.yaml' })
    expect(value).toEqual({ a: { b: 1 } })
    expect(locate('$.a.b')).toBe('good.yaml:2:3')
  })

  it('that is not there is a coded error', async () => {
    expect(await codeOf(join(folder, 'nothing.yaml'))).toBe('document-not-found')
    await writeFile(join(folder, 'plain'), 'x')
    expect(await codeOf(join(folder, 'plain', 'below'))).toBe('document-not-found')
  })

  it('that is a folder is a coded error', async () => {
    expect(await codeOf(folder)).toBe('document-unreadable')
  })

  it.each<[string, Buffer]>([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2])],
    ['UTF-16', Buffer.from('\ufeffa: 1', 'utf16le')],
    ['Latin-1', Buffer.from('a: caf\xe9', 'latin1')],
  ])('that is no UTF-8 text is a coded error: %s', async (_case, bytes) => {
    const file = join(folder, 'odd')
    await writeFile(file, bytes)
    expect(await codeOf(file)).toBe('document-not-text')
  })

  it('gives up when it is told to', async () => {
    const file = join(folder, 'good.yaml')
    await writeFile(file, 'a: 1')
    const reading = readDocumentFile(file, { signal: AbortSignal.abort(new Error('given up')) })
    await expect(reading).rejects.toThrow('given up')
  })
})
