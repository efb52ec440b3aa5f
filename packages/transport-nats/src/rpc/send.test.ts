import { describe, expect, it } from 'vitest'
import { ask, fakeRpc, nodes, request } from '../../test/fake-rpc.js'
import { settled } from '../../test/manual-clock.js'

const notSent = (node: string): object => ({ node, kind: 'silence', why: 'not-sent' })

describe('a connection that is down', () => {
  it.each([true, false])('takes no request (changes: %s), none is kept', async (changes) => {
    const rpc = fakeRpc()
    rpc.connection.live = false
    const { answers, end } = await ask(rpc, request({ changes }))
    await end
    expect(answers).toEqual(nodes(2).map(notSent))
    expect(rpc.published).toEqual([])
  })

  it('in the middle of a delivery: the rest is not sent, the slice under way may have been', async () => {
    const rpc = fakeRpc({ pace: 20 })
    let flushes = 0
    rpc.connection.flush = async () => {
      if (++flushes < 2) return
      rpc.connection.live = false
      throw new Error('disconnected')
    }
    const { answers, end } = await ask(rpc, request({ nodes: nodes(6), changes: true }))
    await rpc.clock.advance(100)
    await rpc.clock.advance(100)
    expect(rpc.published).toHaveLength(4)
    expect(answers).toEqual(nodes(6).slice(4).map(notSent))
    rpc.connection.live = true
    rpc.reply({ sender: 'n0.example.net' })
    await rpc.clock.advance(10_000)
    await end
    expect(answers.slice(2)).toMatchObject([
      { node: 'n0.example.net', kind: 'reply' },
      { node: 'n1.example.net', why: 'no-reply' },
      { node: 'n2.example.net', why: 'no-reply' },
      { node: 'n3.example.net', why: 'no-reply' },
    ])
    expect(rpc.published).toHaveLength(4)
  })
})

describe('delivery to many', () => {
  it('goes in slices, and waits for the broker when 8 MB are under way', async () => {
    const rpc = fakeRpc()
    const releases: (() => void)[] = []
    rpc.connection.flush = () => new Promise((resolve) => releases.push(resolve))
    await ask(rpc, request({ nodes: nodes(50_000) }))
    const grown = async (): Promise<number> => {
      const before = rpc.published.length
      for (let turn = 0; turn < 30; turn++) await settled()
      return rpc.published.length - before
    }
    await grown()
    const window = rpc.published.length
    const bytes = window * rpc.bytes
    expect(bytes).toBeGreaterThan(7_000_000)
    expect(bytes).toBeLessThan(9_000_000)
    expect(await grown()).toBe(0)
    releases.shift()?.()
    const slice = await grown()
    expect(slice * rpc.bytes).toBeGreaterThan(400_000)
    expect(slice * rpc.bytes).toBeLessThan(600_000)
  })

  it('keeps the pace that was asked for', async () => {
    const rpc = fakeRpc({ pace: 100 })
    await ask(rpc, request({ nodes: nodes(200) }))
    expect(rpc.published).toHaveLength(10)
    await rpc.clock.advance(100)
    expect(rpc.published).toHaveLength(20)
    for (let step = 0; step < 18; step++) await rpc.clock.advance(100)
    expect(rpc.published).toHaveLength(200)
  })

  it('stops when the signature is half its time old: servers would drop it without a word', async () => {
    const rpc = fakeRpc({ pace: 1 })
    const { answers } = await ask(rpc, request({ nodes: nodes(100), changes: true }))
    for (let second = 0; second < 20; second++) await rpc.clock.advance(1_000)
    expect(rpc.published).toHaveLength(15)
    expect(answers).toEqual(nodes(100).slice(15).map(notSent))
  })

  it('does not wait longer than that for a broker that hangs', async () => {
    const rpc = fakeRpc()
    rpc.connection.flush = () => new Promise(() => {})
    const { answers, end } = await ask(rpc, request({ changes: true }))
    await rpc.clock.advance(15_000)
    await rpc.clock.advance(10_000)
    await end
    expect(answers).toMatchObject([{ why: 'no-reply' }, { why: 'no-reply' }])
  })
})
