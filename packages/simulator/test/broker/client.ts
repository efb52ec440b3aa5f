import { sign } from 'node:crypto'
import { makeJwt } from '../../src/broker/v2/jwt.js'
import { pairOfSeed } from '../../src/broker/v2/keys.js'
import { bytes, certificate, key } from './recorded.js'

export const NOW = Date.UTC(2026, 10, 22, 13, 0, 0)
export const ID = '0123456789abcdef0123456789abcdef'
export const REPLY_TO = 'mcollective.reply.x.y'

type Fields = Readonly<Record<string, unknown>>

/** What a test wants otherwise than it should be. */
export interface V1Change {
  readonly envelope?: Fields
  readonly secure?: Fields
  readonly transport?: Fields
  readonly message?: string
  /** Name of a certificate of ../fixtures/tls, and of its key. */
  readonly as?: string
}

const NO_FILTER = { fact: [], cf_class: [], agent: [], identity: [], compound: [] }
export const filtered = (filter: Fields): Fields => ({ filter: { ...NO_FILTER, ...filter } })
export const rpc = (action: string, data: Fields = {}, agent = 'puppet'): string =>
  JSON.stringify({ agent, action, data })

/** A v1 request as an operator's client sends it. */
export function v1Request(change: V1Change = {}): Buffer {
  const { envelope = {}, secure = {}, transport = {}, message = rpc('status') } = change
  const { as = 'deploy' } = change
  const text = JSON.stringify({
    protocol: 'choria:request:1',
    message,
    envelope: {
      requestid: ID,
      senderid: 'ops1.example.net',
      callerid: 'choria=deploy.mcollective',
      collective: 'mcollective',
      agent: 'puppet',
      ttl: 60,
      time: NOW / 1000,
      ...filtered({}),
      ...envelope,
    },
  })
  const document = {
    protocol: 'choria:secure:request:1',
    message: text,
    signature: sign('RSA-SHA256', Buffer.from(text), key(as)).toString('base64'),
    pubcert: certificate(as),
    ...secure,
  }
  return bytes({
    protocol: 'choria:transport:1',
    data: bytes(document).toString('base64'),
    headers: { 'reply-to': REPLY_TO, mc_sender: 'ops1.example.net' },
    ...transport,
  })
}

export const ISSUER_SEED = '11'.repeat(32)
const issuer = pairOfSeed(ISSUER_SEED)!
export const OPERATOR_SEED = '22'.repeat(32)
export const operator = pairOfSeed(OPERATOR_SEED)!

const CLAIMS: Fields = {
  callerid: 'up=deploy',
  purpose: 'choria_client_id',
  ou: 'choria',
  public_key: operator.publicHex,
  permissions: { fleet_management: true },
  iss: 'tests',
  jti: 'operator-id',
  exp: NOW / 1000 + 3600,
}

export interface V2Change {
  readonly request?: Fields
  readonly secure?: Fields
  readonly claims?: Fields
  readonly message?: string
}

export function clientToken(claims: Fields = {}, by = issuer): string {
  return makeJwt({ ...CLAIMS, ...claims }, by.key)
}

/** A v2 request as an operator's client sends it. */
export function v2Request({
  request = {},
  secure = {},
  claims = {},
  message,
}: V2Change = {}): Buffer {
  const text = bytes({
    protocol: 'io.choria.protocol.v2.request',
    message: Buffer.from(message ?? rpc('status')).toString('base64'),
    id: '902ea1da444a30386f65e10e1e4',
    sender: 'ops1.example.net',
    caller: 'up=deploy',
    collective: 'choria',
    agent: 'puppet',
    ttl: 30,
    time: NOW * 1_000_000,
    ...filtered({}),
    ...request,
  })
  const document = {
    protocol: 'io.choria.protocol.v2.secure_request',
    request: text.toString('base64'),
    signature: sign(null, text, operator.key).toString('base64'),
    caller: clientToken(claims),
    ...secure,
  }
  return bytes({
    protocol: 'io.choria.protocol.v2.transport',
    data: bytes(document).toString('base64'),
    headers: { reply: REPLY_TO, sender: 'ops1.example.net' },
  })
}
