import { verify, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { parseRecord, type JsonRecord } from '../json.js'
import { publicKey } from './keys.js'

/** A JSON Web Token, taken apart; nothing of it is verified. */
export interface Token {
  readonly claims: JsonRecord
  /** What the signature is over. */
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Takes a token apart; undefined for what is none, or not signed by ed25519, the one way that v2 signs (EdDSA). */
export function parseToken(text: string): Token | undefined {
  const [header, claims, signature, ...more] = text.split('.')
  if (header === undefined || claims === undefined || !signature || more.length > 0)
    return undefined
  if (parseRecord(decode(header).toString())?.['alg'] !== 'EdDSA') return undefined
  const parsed = parseRecord(decode(claims).toString())
  if (parsed === undefined) return undefined
  const signed = Buffer.from(`${header}.${claims}`)
  return { claims: parsed, signed, signature: decode(signature) }
}

const decode = (part: string): Buffer => Buffer.from(part, 'base64url')

/** A moment in a claim (seconds); undefined when it is not there. */
function momentOf(claims: JsonRecord, name: string): Moment | undefined {
  const seconds = claims[name]
  return typeof seconds === 'number' ? seconds * 1000 : undefined
}

/** From when to when a token is valid, by its own dates and by those of the issuer that made it. */
export function validity(claims: JsonRecord): { readonly from: Moment; readonly until: Moment } {
  return {
    from: momentOf(claims, 'nbf') ?? -Infinity,
    until: Math.min(momentOf(claims, 'exp') ?? Infinity, momentOf(claims, 'issexp') ?? Infinity),
  }
}

/** Issuer of a token that a delegated issuer made: `C-<id of that issuer's token>.<its public key, hex>`. */
const CHAINED = /^C-(?<id>[^.]+)\.(?<key>[0-9a-fA-F]{64})$/
/** `<what the organisation's issuer signed>.<what the delegated issuer signed>`, hex. */
const TRUST_CHAIN = /^(?<issuer>[0-9a-fA-F]{128})\.(?<delegate>[0-9a-fA-F]{128})$/

/**
 * Whether an organisation's issuer made a token, itself or through a delegated issuer: of a chained token the
 * issuer's signature on the delegate, the delegate's on this token's id, and the delegate's on the whole token are
 * all verified (choria-io/tokens 0.0.4, StandardClaims).
 */
export function isMadeBy(token: Token, issuer: KeyObject): boolean {
  const { claims } = token
  const maker = claims['iss']
  if (typeof maker !== 'string' || !maker.startsWith('C-')) return isSigned(token, issuer)
  const delegate = CHAINED.exec(maker)?.groups
  const chain = TRUST_CHAIN.exec(String(claims['tcs']))?.groups
  const key = publicKey(delegate?.['key'])
  if (delegate === undefined || chain === undefined || key === undefined) return false
  if (typeof claims['jti'] !== 'string' || momentOf(claims, 'issexp') === undefined) return false
  const { issuer: byIssuer = '', delegate: byDelegate = '' } = chain
  return (
    verifies(issuer, `${delegate['id']}.${delegate['key']}`, byIssuer) &&
    verifies(key, `${claims['jti']}.${byIssuer}`, byDelegate) &&
    isSigned(token, key)
  )
}

function isSigned({ signed, signature }: Token, key: KeyObject): boolean {
  return verify(null, signed, key, signature)
}

function verifies(key: KeyObject, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'))
}
