import { describe, expect, it } from 'vitest'
import { loadIdentity, locateIdentity, nodeSystem } from '@choirmaster/puppet-identity'
import { TLS } from '../test/tls.js'
import { failedRequest, unreachable } from './failures.js'
import { TIMED_OUT } from './client.js'

const system = nodeSystem()
const named = { ssldir: `${TLS}ssl`, certname: 'rip.mcollective' }
const identity = await loadIdentity(
  await locateIdentity(named, new Map(), system),
  system,
  Date.parse('2026-06-01T00:00:00Z'),
)
const request = { server: 'pm:8140', url: 'https://pm:8140/x', identity, timeout: 300_000 }
const failed = (code: string, message = 'what OpenSSL says') =>
  failedRequest(Object.assign(new Error(message), { code }), request)

describe('failures without an answer', () => {
  // What servers send that refuse our certificate, by the names of OpenSSL 3.0 and of 3.2 and later.
  it.each([
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'not from a CA that the server knows'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'cannot verify it'],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'cannot verify it'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'expired'],
    ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED', 'revoked'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'cannot verify it'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the server got none'],
  ])('%s is about our certificate', (code, why) => {
    const found = failed(code)
    expect(found).toMatchObject({
      code: 'puppet-tls-refused',
      place: `${TLS}ssl/certs/rip.mcollective.pem`,
    })
    expect(found.message).toContain('pm:8140 does not accept the certificate rip.mcollective')
    expect(found.message).toContain(why)
  })

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'puppet-tls-ca'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'puppet-tls-ca'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'puppet-tls-ca'],
    ['UNABLE_TO_GET_CRL', 'puppet-tls-crl'],
    ['CRL_NOT_YET_VALID', 'puppet-tls-crl'],
    ['CERT_NOT_YET_VALID', 'puppet-tls-expired'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'puppet-tls'],
    ['EPROTO', 'puppet-tls'],
    ['ECONNRESET', 'puppet-connection-lost'],
    ['UND_ERR_SOCKET', 'puppet-connection-lost'],
    ['UND_ERR_HEADERS_OVERFLOW', 'puppet-answer-unexpected'],
    ['ANYTHING_ELSE', 'puppet-connection-lost'],
  ])('%s is %s', (code, expected) => {
    const found = failed(code)
    expect(found.code).toBe(expected)
    expect(found.message).toContain('pm:8140')
    expect(unreachable(found)).toBeUndefined()
  })

  it('names the limit that was reached', () => {
    expect(failedRequest(TIMED_OUT, request)).toMatchObject({
      code: 'puppet-timeout',
      message: 'pm:8140 did not answer within 300 s',
      place: 'https://pm:8140/x',
    })
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'another server may be tried after %s',
    (code) => {
      expect(unreachable(Object.assign(new Error(), { code }))).toBeDefined()
    },
  )

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED', ''])(
    'no other server is tried after %j',
    (code) => {
      expect(unreachable(Object.assign(new Error(), { code }))).toBeUndefined()
    },
  )
})
