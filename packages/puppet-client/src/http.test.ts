import { Readable } from 'node:stream'
import { PUPPET_SERVER, PUPPETDB } from '@choirmaster/puppet-identity'
import { describe, expect, it } from 'vitest'
import { authority, parseAddress } from './address.js'
import { readBody } from './body.js'

describe('parseAddress', () => {
  it.each([
    ['https://puppet.example.net:8141', 'puppet.example.net', 8141],
    ['https://puppet.example.net', 'puppet.example.net', 8140],
    ['https://puppet:443/', 'puppet', 443],
    ['puppet', 'puppet', 8140],
    ['puppet:8142', 'puppet', 8142],
    ['https://[2001:db8::1]:8140', '2001:db8::1', 8140],
    ['puppet:65535', 'puppet', 65_535],
  ])('%s', (url, host, port) => {
    expect(parseAddress(url, PUPPET_SERVER)).toEqual({ host, port, origin: 'option url' })
  })

  it("means the service's own port where there is none", () => {
    expect(parseAddress('db', PUPPETDB).port).toBe(8081)
    expect(parseAddress('db:8140', PUPPETDB).port).toBe(8140)
  })

  it('writes an IPv6 address in brackets', () => {
    expect(authority({ host: '::1', port: 8140, origin: '' })).toBe('[::1]:8140')
  })
})

describe('readBody', () => {
  const bodyOf = (chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Readable =>
    Readable.from(chunks, { objectMode: true, highWaterMark: 1 })

  it('stops reading a body that has no end', async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(4)
    }
    const body = bodyOf(endless())
    const { bytes, cut } = await readBody(body, 10)
    expect(bytes).toHaveLength(10)
    expect(cut).toBe(true)
    expect(body.destroyed).toBe(true)
  })

  it('takes a body that is just as long as allowed', async () => {
    expect(await readBody(bodyOf([new Uint8Array(10)]), 10)).toMatchObject({ cut: false })
  })

  it('fails with a body that breaks off', async () => {
    async function* broken() {
      yield new Uint8Array(4)
      throw new Error('reset')
    }
    await expect(readBody(bodyOf(broken()), 10)).rejects.toThrow('reset')
  })
})
