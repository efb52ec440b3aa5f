import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dataOf, fixtureText, recorded, wireBytes } from '../../../test/recorded.js'
import { readReplyBody } from '../rpc-body.js'
import { publicHex, publicKey } from './keys.js'
import { decodeV2, type ReplyCheck } from './reply.js'
import { createTrust } from './trust.js'

const issuer = publicKey(fixtureText('v2/issuer.public.txt').trim()) as KeyObject
const golden: ReplyCheck = check(issuer)

function check(key: KeyObject, unsigned: 'refuse' | 'accept' = 'refuse'): ReplyCheck {
  return { trust: createTrust({ issuers: new Map([['choria', key]]), signers: [] }), unsigned }
}

/** When a recorded reply was made. */
function timeOf(message: { data: string }): number {
  const reply = JSON.parse(Buffer.from(dataOf(message)['reply'] as string, 'base64').toString())
  return Math.floor(reply.time / 1e6)
}

describe('replies that real Choria servers signed', () => {
  it.each(['status', 'disable', 'enable', 'runonce', 'last_run_summary', 'ping'])(
    '%s: verified up to the issuer',
    (name) => {
      const { request, replies } = recorded(`v2/${name}`)
      const text = Buffer.from(dataOf(request)['request'] as string, 'base64').toString()
      expect(replies).not.toHaveLength(0)
      for (const message of replies) {
        const decoded = decodeV2(wireBytes(message), golden, timeOf(message))
        expect(decoded).toMatchObject({
          ok: true,
          reply: { request: JSON.parse(text).id, sender: message.headers['sender'] },
        })
        if (!decoded.ok) continue
        if (name === 'ping') expect(decoded.reply.body).toBe('pong')
        else expect(readReplyBody(decoded.reply.body)).toMatchObject({ code: 0, text: 'OK' })
      }
    },
  )

  it('through a delegated issuer: verified up to the issuer', () => {
    const byDelegate = publicKey(fixtureText('v2/delegated.issuer.txt').trim()) as KeyObject
    const [reply] = recorded('v2/delegated').replies as never[] as { data: string }[]
    const bytes = Buffer.from(JSON.stringify(reply))
    const at = timeOf(reply as { data: string })
    expect(decodeV2(bytes, check(byDelegate), at)).toMatchObject({ ok: true })
    expect(decodeV2(bytes, golden, at)).toMatchObject({ flaw: 'signature' })
  })

  const [message, other] = recorded('v2/status').replies as never[] as { data: string }[]
  const at = timeOf(message as { data: string })
  const decode = (
    change: Record<string, unknown>,
    by: ReplyCheck | undefined = golden,
    now = at,
  ): object => {
    const secure = { ...dataOf(message as { data: string }), ...change }
    const data = Buffer.from(JSON.stringify(secure)).toString('base64')
    return decodeV2(Buffer.from(JSON.stringify({ ...message, data })), by, now)
  }

  it.each([
    ['without signature', { signature: undefined }, 'is not signed'],
    [
      'with the token of another server',
      { sender: dataOf(other as never)['sender'] },
      'is signed by node',
    ],
    [
      'with the signature of another',
      { signature: dataOf(other as never)['signature'] },
      'signature is not',
    ],
    ['with a token that is none', { sender: 'a.b.c' }, 'cannot be read'],
  ])('%s: rejected', (_name, change, detail) => {
    const decoded = decode(change)
    expect(decoded).toMatchObject({ ok: false, flaw: 'signature' })
    expect(decoded).toHaveProperty('detail', expect.stringContaining(detail))
  })

  it('are rejected when their token is not of an issuer that we know', () => {
    const stranger = generateKeyPairSync('ed25519').publicKey
    expect(decode({}, check(stranger))).toMatchObject({ flaw: 'signature' })
    const elsewhere = {
      trust: createTrust({ issuers: new Map(), signers: [] }),
      unsigned: 'refuse' as const,
    }
    expect(decode({}, elsewhere)).toMatchObject({ flaw: 'signature' })
  })

  it('are rejected outside the time of their token', () => {
    expect(decode({}, golden, at + 86_400_000)).toMatchObject({
      detail: expect.stringContaining('has expired'),
    })
    expect(decode({}, golden, at - 86_400_000)).toMatchObject({
      detail: expect.stringContaining('not valid yet'),
    })
  })

  it('may come without signature where that is accepted, but none is accepted that is wrong', () => {
    const lenient = check(issuer, 'accept')
    expect(decode({ signature: undefined, sender: undefined }, lenient)).toMatchObject({ ok: true })
    expect(decode({ signature: undefined }, lenient)).toMatchObject({ flaw: 'signature' })
  })

  it('are taken by their hash alone where no issuer is known', () => {
    const payload = wireBytes(message as never)
    expect(decodeV2(payload, undefined, at)).toMatchObject({ ok: true })
    expect(decode({ hash: 'x' }, undefined)).toMatchObject({ flaw: 'hash' })
  })
})

describe('what spoils a reply', () => {
  const secure = (reply: object | string): Buffer => {
    const bytes = Buffer.from(typeof reply === 'string' ? reply : JSON.stringify(reply))
    const document = {
      protocol: 'io.choria.protocol.v2.secure_reply',
      reply: bytes.toString('base64'),
      hash: hash('sha256', bytes, 'base64'),
    }
    const data = Buffer.from(JSON.stringify(document)).toString('base64')
    return Buffer.from(JSON.stringify({ protocol: 'io.choria.protocol.v2.transport', data }))
  }

  it.each([
    ['no JSON', Buffer.from('{')],
    ['v1', Buffer.from('{"protocol":"choria:transport:1"}')],
    ['no data', Buffer.from('{"protocol":"io.choria.protocol.v2.transport"}')],
    ['no reply', secure('pong')],
    ['a request in its place', secure({ protocol: 'io.choria.protocol.v2.request' })],
    ['no sender', secure({ protocol: 'io.choria.protocol.v2.reply', request: '1', agent: 'x' })],
  ])('%s', (_name, payload) => {
    expect(decodeV2(payload, undefined, 0)).toMatchObject({ ok: false, flaw: 'malformed' })
  })
})

describe('a token that a delegated issuer made', () => {
  const organisation = generateKeyPairSync('ed25519')
  const delegate = generateKeyPairSync('ed25519')
  const server = generateKeyPairSync('ed25519')
  const hex = (key: KeyObject, text: string): string =>
    sign(null, Buffer.from(text), key).toString('hex')
  const jwt = (claims: object, key: KeyObject): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
  }
  const delegateHex = publicHex(delegate.privateKey)
  const byIssuer = hex(organisation.privateKey, `delegate-id.${delegateHex}`)
  const claims = {
    purpose: 'choria_server',
    identity: 'n1.example.net',
    public_key: publicHex(server.privateKey),
    ou: 'acme',
    jti: 'server-id',
    iss: `C-delegate-id.${delegateHex}`,
    tcs: `${byIssuer}.${hex(delegate.privateKey, `server-id.${byIssuer}`)}`,
    exp: 2_000,
    issexp: 1_000,
  }
  const trust = createTrust({ issuers: new Map([['acme', organisation.publicKey]]), signers: [] })
  const ask = (change: object, key = delegate.privateKey, now = 0): unknown =>
    trust.server(jwt({ ...claims, ...change }, key), now)

  it('is believed: issuer, delegate and token hang together', () => {
    expect(ask({})).toMatchObject({ identity: 'n1.example.net' })
  })

  it('is believed by a list of trusted signers too', () => {
    const listed = createTrust({ issuers: new Map(), signers: [organisation.publicKey] })
    expect(listed.server(jwt(claims, delegate.privateKey), 0)).toMatchObject({
      identity: claims.identity,
    })
  })

  it.each([
    ['signed by somebody else', {}, server.privateKey],
    ['of another id', { jti: 'other' }, delegate.privateKey],
    [
      'of a delegate that the issuer does not know',
      { tcs: `${'0'.repeat(128)}.${claims.tcs.split('.')[1]}` },
      delegate.privateKey,
    ],
    ['whose delegate made itself', { iss: `C-other-id.${delegateHex}` }, delegate.privateKey],
    ['without the end of the delegate', { issexp: undefined }, delegate.privateKey],
    ['without chain', { tcs: undefined }, delegate.privateKey],
    ['with an odd issuer', { iss: 'C-x' }, delegate.privateKey],
    ['of another organisation', { ou: 'other' }, delegate.privateKey],
    ['of a client', { purpose: 'choria_client_id' }, delegate.privateKey],
    ['without key', { public_key: 'xyz' }, delegate.privateKey],
  ])('%s is not believed', (_name, change, key) => {
    expect(ask(change, key)).toBeTypeOf('string')
  })

  it('ends with its delegate', () => {
    expect(ask({}, delegate.privateKey, 999_999)).toMatchObject({ identity: 'n1.example.net' })
    expect(ask({}, delegate.privateKey, 1_000_000)).toContain('has expired')
  })

  it('is not believed when it claims not to be signed', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${part({ alg: 'none' })}.${part({ ...claims, iss: 'x' })}.`
    expect(trust.server(none, 0)).toContain('cannot be read')
    expect(trust.server(`${none}x`, 0)).toContain('cannot be read')
  })
})
