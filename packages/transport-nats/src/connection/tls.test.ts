import type { PeerCertificate } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { nameCheck } from './tls.js'

const IP = 'IP Address:10.0.0.1'

const certificate = (subjectaltname: string): PeerCertificate =>
  ({ subject: { CN: 'any' }, subjectaltname }) as unknown as PeerCertificate

describe("the name in a broker's certificate", () => {
  it.each([
    ['is the one that was connected to', ['a.example.net'], 'a.example.net', 'DNS:a.example.net'],
    ['is one of the addresses, which come as localhost', ['::1', '10.0.0.1'], 'localhost', IP],
    ['is localhost, as configured', ['localhost'], 'localhost', 'DNS:localhost'],
  ])('%s: accepted', (_name, hosts, name, names) => {
    expect(nameCheck(hosts)(name, certificate(names))).toBeUndefined()
  })

  it.each([
    ['is another', ['a.example.net'], 'a.example.net', 'DNS:b.example.net'],
    ['is another address', ['10.0.0.2'], 'localhost', IP],
    ['is not localhost, as configured', ['localhost', '10.0.0.1'], 'localhost', IP],
    ['is anything, and no broker is given by address', ['a.example.net'], 'localhost', IP],
    ['is anything, and there is no broker', [], 'localhost', 'DNS:a.example.net'],
  ])('%s: refused', (_name, hosts, name, names) => {
    const flaw = nameCheck(hosts)(name, certificate(names))
    expect(flaw).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })
})
