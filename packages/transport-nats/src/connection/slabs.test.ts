import { describe, expect, it } from 'vitest'
import { createSlabs } from './slabs.js'

/** Slabs on a connection that writes when the test says so. */
function started() {
  const writes: { readonly bytes: Uint8Array; readonly text: string; done(): void }[] = []
  const slabs = createSlabs((bytes, done) => {
    writes.push({ bytes, text: Buffer.from(bytes).toString(), done })
  })
  return { slabs, writes }
}

const big = Buffer.alloc(100_000, 'x')

describe('slabs', () => {
  it('gather what is published, as a broker reads it', async () => {
    const { slabs, writes } = started()
    slabs.add('PUB a r 2', Buffer.from('hi'))
    slabs.add('PUB ä r 0', Buffer.alloc(0))
    expect(writes).toEqual([])
    const written = slabs.write()
    expect(writes.map(({ text }) => text)).toEqual(['PUB a r 2\r\nhi\r\nPUB ä r 0\r\n\r\n'])
    writes[0]?.done()
    await written
  })

  it('are written one at a time, in their order, and done when the last is', async () => {
    const { slabs, writes } = started()
    for (let count = 0; count < 5; count++) slabs.add(`PUB n${count} r 100000`, big)
    let over = false
    const written = slabs.write().then(() => (over = true))
    const heads: string[] = []
    for (let write = 0; write < 3; write++) {
      expect(writes).toHaveLength(write + 1)
      expect(over).toBe(false)
      heads.push(...(writes[write]?.text.match(/n\d/g) ?? []))
      writes[write]?.done()
      await Promise.resolve()
    }
    await written
    expect(heads).toEqual(['n0', 'n1', 'n2', 'n3', 'n4'])
  })

  it('are used again once they are written, and not before', () => {
    const { slabs, writes } = started()
    const memory = (write: number): unknown => writes[write]?.bytes.buffer
    for (const write of [0, 1, 2]) {
      slabs.add('PUB a r 2', Buffer.from('hi'))
      void slabs.write()
      if (write === 1) writes[0]?.done()
    }
    expect(memory(1)).not.toBe(memory(0))
    writes[1]?.done()
    expect(memory(2)).toBe(memory(0))
  })

  it('take what is larger than one of them', async () => {
    const { slabs, writes } = started()
    const huge = Buffer.alloc(1_000_000, 'y')
    slabs.add('PUB a r 1000000', huge)
    const written = slabs.write()
    expect(writes[0]?.text).toBe(`PUB a r 1000000\r\n${huge.toString()}\r\n`)
    writes[0]?.done()
    await written
  })

  it('that were for a connection that is gone are not written to the next', async () => {
    const { slabs, writes } = started()
    for (let count = 0; count < 3; count++) slabs.add('PUB old r 100000', big)
    const waits = slabs.write()
    slabs.add('PUB old r 2', Buffer.from('hi'))
    slabs.drop()
    await waits
    slabs.add('PUB new r 2', Buffer.from('hi'))
    const written = slabs.write()
    writes[0]?.done() // the old connection's, late
    expect(writes.slice(1).map(({ text }) => text)).toEqual(['PUB new r 2\r\nhi\r\n'])
    writes[1]?.done()
    await written
    expect(writes).toHaveLength(2)
  })

  it('have nothing to wait for when nothing was published', async () => {
    await started().slabs.write()
  })
})
