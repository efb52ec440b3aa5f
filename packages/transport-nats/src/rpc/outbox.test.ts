import { describe, expect, it } from 'vitest'
import { lazyStream } from './lazy.js'
import { outbox } from './outbox.js'

function counted(): { box: ReturnType<typeof outbox<number>>; ends: () => number } {
  let ends = 0
  const box = outbox<number>(() => void ends++)
  return { box, ends: () => ends }
}

async function read(stream: AsyncIterable<number>, most = Infinity): Promise<number[]> {
  const items: number[] = []
  for await (const item of stream) {
    items.push(item)
    if (items.length >= most) break
  }
  return items
}

describe('an outbox', () => {
  it('gives what was put in before and after it is read, in order', async () => {
    const { box, ends } = counted()
    box.push(1)
    box.push(2)
    const items = read(box)
    await Promise.resolve()
    box.push(3)
    box.end()
    box.push(4)
    expect(await items).toEqual([1, 2, 3])
    expect(ends()).toBe(1)
  })

  it('gives what is in, then the error, once', async () => {
    const { box, ends } = counted()
    box.push(1)
    box.fail(new Error('no'))
    box.fail(new Error('again'))
    box.end()
    expect(await box.next()).toEqual({ value: 1, done: false })
    await expect(box.next()).rejects.toThrow('no')
    expect(await box.next()).toEqual({ value: undefined, done: true })
    expect(ends()).toBe(1)
  })

  it('fails who waits for it', async () => {
    const { box } = counted()
    const waiting = box.next()
    box.fail(new Error('no'))
    await expect(waiting).rejects.toThrow('no')
  })

  it('ends when its reader goes away', async () => {
    const { box, ends } = counted()
    for (const item of [1, 2, 3]) box.push(item)
    expect(await read(box, 2)).toEqual([1, 2])
    expect(ends()).toBe(1)
    expect(await box.next()).toEqual({ value: undefined, done: true })
  })
})

describe('a lazy stream', () => {
  it('begins when it is read, anew each time', async () => {
    let begun = 0
    const stream = lazyStream(async () => {
      begun++
      const { box } = counted()
      box.push(begun)
      box.end()
      return box
    })
    expect(begun).toBe(0)
    expect(await read(stream)).toEqual([1])
    expect(await read(stream)).toEqual([2])
  })

  it('that is left before it began does not begin', async () => {
    let begun = 0
    const iterator = lazyStream<number>(async () => {
      begun++
      return counted().box
    })[Symbol.asyncIterator]()
    await iterator.return?.()
    expect(begun).toBe(0)
  })
})
