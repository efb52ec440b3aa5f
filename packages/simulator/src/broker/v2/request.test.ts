import { createPublicKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bytes, decoded, fixture, layers, recorded } from '../../../test/broker/recorded.js'
import {
  clientToken,
  ISSUER_SEED,
  NOW,
  operator,
  REPLY_TO,
  v2Request,
  type V2Change,
} from '../../../test/broker/client.js'
import { makeJwt } from './jwt.js'
import { pairOfName, pairOfSeed, publicKeyOf } from './keys.js'
import { readV2 } from './request.js'

const issuer = pairOfSeed(ISSUER_SEED)!
const read = (change: V2Change = {}, now = NOW): unknown =>
  readV2(v2Request(change), createPublicKey(issuer.key), now)

describe('requests that real clients sent and real servers took', () => {
  it.each(['status', 'disable', 'ping'])('%s', (name) => {
    const { request } = recorded(`v2/${name}`)
    const inner = layers(request)[2]
    const at = Math.round((inner?.['time'] as number) / 1e6)
    const key = publicKeyOf(fixture('choria/v2/issuer.public.txt').trim())!
    expect(readV2(bytes(request), key, at)).toMatchObject({
      dropped: false,
      id: inner?.['id'],
      caller: 'up=deploy',
      collective: 'choria',
      replyTo: request.headers['reply'],
      body: name === 'ping' ? 'ping' : decoded(inner?.['message']),
      time: at,
    })
    expect(readV2(bytes(request), operatorKey(), at)).toMatchObject({ dropped: 'token' })
  })
})

describe('a v2 request', () => {
  it('is taken when all is right', () => {
    expect(read()).toEqual({
      dropped: false,
      id: '902ea1da444a30386f65e10e1e4',
      agent: 'puppet',
      caller: 'up=deploy',
      collective: 'choria',
      replyTo: REPLY_TO,
      filter: { identity: [], agent: [], unanswerable: false },
      body: '{"agent":"puppet","action":"status","data":{}}',
      time: NOW,
      ttl: 30_000,
    })
    expect(read({ request: { filter: undefined } })).toMatchObject({ dropped: false })
  })

  it.each<[string, V2Change]>([
    ['no id', { request: { id: '' } }],
    ['a ttl of 0', { request: { ttl: 0 } }],
    ['a time that is a text', { request: { time: 'now' } }],
    ['half a filter', { request: { filter: { fact: [] } } }],
    ['no body', { request: { message: '' } }],
    ['no token', { secure: { caller: undefined } }],
    ['no signature', { secure: { signature: undefined } }],
    ['another document inside', { secure: { request: bytes({}).toString('base64') } }],
    ['another secure document', { secure: { protocol: 'x' } }],
  ])('is dropped as malformed with %s', (_name, change) => {
    expect(read(change)).toMatchObject({ dropped: 'malformed' })
  })

  it('is dropped when it is v1, or not JSON', () => {
    const key = createPublicKey(issuer.key)
    for (const text of ['{', JSON.stringify(recorded('v1/status').request)]) {
      expect(readV2(Buffer.from(text), key, NOW)).toMatchObject({ dropped: 'malformed' })
    }
  })

  const other = pairOfName('operators', 'other')
  it.each<[string, string, V2Change]>([
    ['caller', 'that names somebody else', { request: { caller: 'up=other' } }],
    ['signature', 'of another key', { claims: { public_key: other.publicHex } }],
    ['token', 'of nobody', { secure: { caller: 'a.b.c' } }],
    ['token', 'of another issuer', { secure: { caller: clientToken({}, other) } }],
    ['token', 'of a server', { claims: { purpose: 'choria_server' } }],
    ['token', 'that has ended', { claims: { exp: NOW / 1000 } }],
    ['token', 'that has not begun', { claims: { nbf: NOW / 1000 + 10 } }],
    ['token', 'without a key', { claims: { public_key: 'x' } }],
    ['token', 'without permission', { claims: { permissions: {} } }],
    ['token', 'that a service has to sign for', { claims: { permissions: onlySigned() } }],
    ['token', 'without algorithm', { secure: { caller: unsignedToken() } }],
  ])('is dropped for its %s: %s', (why, _name, change) => {
    expect(read(change)).toMatchObject({ dropped: why })
  })
})

describe('a token that a delegated issuer made', () => {
  const delegate = pairOfName('delegates', 'one')
  const hex = (text: string, { key } = issuer): string =>
    sign(null, Buffer.from(text), key).toString('hex')
  const ofDelegate = hex(`delegate-id.${delegate.publicHex}`)
  const chain = {
    iss: `C-delegate-id.${delegate.publicHex}`,
    tcs: `${ofDelegate}.${hex(`operator-id.${ofDelegate}`, delegate)}`,
    issexp: NOW / 1000 + 60,
  }
  const withToken = (change: object, by = delegate): unknown =>
    read({ secure: { caller: clientToken({ ...chain, ...change }, by) } })

  it('is believed when issuer, delegate and token hang together', () => {
    expect(withToken({})).toMatchObject({ dropped: false })
  })

  it.each([
    ['after the end of its delegate', { issexp: NOW / 1000 }],
    ['without that end', { issexp: undefined }],
    ['with the chain of another token', { jti: 'other' }],
    ['of a delegate that nobody made one', { tcs: `${'00'.repeat(64)}.${'00'.repeat(64)}` }],
    ['without chain', { tcs: undefined }],
    ['with an odd issuer', { iss: 'C-x' }],
  ])('is not believed %s', (_name, change) => {
    expect(withToken(change)).toMatchObject({ dropped: 'token' })
  })

  it('is not believed when its delegate did not sign it', () => {
    expect(withToken({}, issuer)).toMatchObject({ dropped: 'token' })
  })
})

describe('a request that a signing service signed', () => {
  const service = pairOfName('operators', 'service')
  const signer = (permissions: object): string =>
    clientToken({ callerid: 'aaa=service', public_key: service.publicHex, permissions })
  const delegated = (change: V2Change, permissions: object = DELEGATOR): unknown => {
    const request = decoded(layers(v2Request(change))[1]?.['request'])
    const signature = sign(null, Buffer.from(request), service.key).toString('base64')
    return read({ ...change, secure: { signature, signer: signer(permissions) } })
  }

  it('is taken, also of a caller that may not sign for itself', () => {
    expect(delegated({})).toMatchObject({ dropped: false, caller: 'up=deploy' })
    expect(delegated({ claims: { permissions: onlySigned() } })).toMatchObject({ dropped: false })
  })

  it('is dropped when either of them lacks the permission', () => {
    expect(delegated({}, {})).toMatchObject({ dropped: 'token' })
    expect(delegated({ claims: { permissions: {} } })).toMatchObject({ dropped: 'token' })
  })

  const DELEGATOR = { authentication_delegator: true }
})

function operatorKey(): ReturnType<typeof createPublicKey> {
  return createPublicKey(operator.key)
}

function onlySigned(): object {
  return { fleet_management: true, signed_fleet_management: true }
}

function unsignedToken(): string {
  const [, claims = '', signature = ''] = makeJwt({}, issuer.key).split('.')
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.${signature}`
}
