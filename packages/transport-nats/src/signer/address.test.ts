import { describe, expect, it } from 'vitest'
import { signerAddress } from './address.js'

const origin = '/etc/choria/client.conf:1'

describe('the address of a signing service', () => {
  it.each([
    'https://aaa.example.net/sign',
    'HTTPS://aaa.example.net/sign',
    'http://localhost:8080/sign',
    'http://127.0.0.1/sign',
    'http://127.1/sign',
    'http://[::1]:8080/sign',
  ])('%s: the token may go there', (value) => {
    expect(signerAddress({ value, origin })).toBe(new URL(value).href)
  })

  it.each([
    ['http://me:s3cret@aaa.example.net/sign', 'on aaa.example.net is to be asked over http://'],
    ['http://localhost.example.net/sign', 'without TLS'],
    ['http://127.0.0.1.example.net/sign', 'without TLS'],
    ['http://localhost@aaa.example.net/sign', 'without TLS'],
    ['http://[::2]/sign', 'without TLS'],
    ['nats://aaa.example.net', 'over nats://'],
    ['me:s3cret@aaa.example.net', 'over me://'],
    ['aaa.example.net/sign', 'is no URL'],
  ])('%s: refused, no password is told', (value, reason) => {
    const read = (): string => signerAddress({ value, origin })
    const code = 'transport-signer-address'
    expect(read).toThrow(expect.objectContaining({ code, place: origin }))
    expect(read).toThrow(reason)
    expect(read).not.toThrow('s3cret')
  })
})
