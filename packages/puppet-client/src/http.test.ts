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
  /** Chunks of four bytes without end; counts how many were taken. */
  function endless() {
    const taken = { chunks: 0 }
    async function* body() {
      for (;;) {
        taken.chunks++
        yield new Uint8Array(4)
      }
    }
    return { taken, body: body() }
  }

  it('stops reading a body that has no end', async () => {
    const { taken, body } = endless()
    const { bytes, cut } = await readBody(body, 10)
    expect(bytes).toHaveLength(10)
    expect(cut).toBe(true)
    expect(taken.chunks).toBe(3)
  })

  it('takes a body that is just as long as allowed', async () => {
    async function* body() {
      yield new Uint8Array(10)
    }
    expect(await readBody(body(), 10)).toMatchObject({ cut: false })
  })
})
