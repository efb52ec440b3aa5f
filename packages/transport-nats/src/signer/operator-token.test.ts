import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicHex } from '../wire/v2/keys.js'
import { readOperatorToken, tokenLogin } from './operator-token.js'

const pair = generateKeyPairSync('ed25519')
const seedOf = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('hex')

function jwt(change: object = {}, header: object = { alg: 'EdDSA' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    purpose: 'choria_client_id',
    callerid: 'up=deploy',
    public_key: publicHex(pair.privateKey),
    permissions: { fleet_management: true },
    nbf: 1_000,
    exp: 2_000,
    ...change,
  }
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), pair.privateKey).toString('base64url')}`
}

function read(token: string, seed = seedOf(pair.privateKey), now = 1_500_000): unknown {
  const files = { tokenFile: '/t.jwt', token: `${token}\n`, seedFile: '/t.seed', seed }
  return readOperatorToken(files, ['fleet_management'], now)
}

describe("the operator's token", () => {
  it('names the caller and when it ends', () => {
    expect(read(jwt())).toMatchObject({ caller: 'up=deploy', text: jwt(), validUntil: 2_000_000 })
  })

  it.each([
    ['no token', 'hello', 'transport-token-file', '/t.jwt holds no token'],
    ['another algorithm', jwt({}, { alg: 'RS256' }), 'transport-token-file', 'holds no token'],
    ["a server's", jwt({ purpose: 'choria_server' }), 'transport-token-file', "not a client's"],
    ['of another key', jwt({ public_key: '0' }), 'transport-token-file', '/t.seed is not the seed'],
    [
      'that has ended',
      jwt({ exp: 1_400 }),
      'transport-token-expired',
      'expired on 1970-01-01T00:23:20',
    ],
    ['whose issuer has ended', jwt({ issexp: 1_400 }), 'transport-token-expired', 'expired'],
    ['that has not begun', jwt({ nbf: 1_600 }), 'transport-token-expired', 'is valid only from'],
    [
      'that allows nothing',
      jwt({ permissions: {} }),
      'transport-token-permission',
      'fleet_management',
    ],
  ])('%s is refused', (_name, token, code, message) => {
    const attempt = (): unknown => read(token)
    expect(attempt).toThrow(expect.objectContaining({ code }))
    expect(attempt).toThrow(message)
  })

  it('needs a seed of 64 hex digits, and no error shows it', () => {
    const attempt = (): unknown => read(jwt(), `${seedOf(pair.privateKey)}00`)
    expect(attempt).toThrow('/t.seed holds no seed')
    expect(attempt).not.toThrow(seedOf(pair.privateKey))
  })
})

describe('the login', () => {
  it("proves the token's key by a signature of the nonce", () => {
    const token = read(jwt()) as never
    const { auth_token: sent, sig } = tokenLogin(token)('nonce') as Record<string, string>
    expect(sent).toBe(jwt())
    expect(sig).not.toMatch(/[+/=]/)
    const signature = Buffer.from(sig as string, 'base64url')
    expect(verify(null, Buffer.from('nonce'), pair.publicKey, signature)).toBe(true)
  })

  it.each(['{"protocol":"io.choria.protocol.v2.request"}', 'n'.repeat(65), 'two\nlines', {}])(
    'signs no nonce %j: requests are signed with the same key',
    (nonce) => {
      expect(tokenLogin(read(jwt()) as never)(nonce as string)).toEqual({})
    },
  )
})
