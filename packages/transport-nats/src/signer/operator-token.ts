import { sign, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { transportError } from '../errors.js'
import { isRecord, type JsonRecord } from '../wire/json.js'
import { publicHex, seedKey } from '../wire/v2/keys.js'
import { parseToken, validity } from '../wire/v2/token.js'

/** The operator towards a broker and servers that know tokens. */
export interface OperatorToken {
  /** As the broker and the servers name the operator: `up=deploy`. */
  readonly caller: string
  /** The token itself. */
  readonly text: string
  readonly validUntil: Moment
  /** The ed25519 key that the token vouches for. */
  readonly key: KeyObject
}

/** Where token and seed were read from, and what is in them. */
export interface TokenFiles {
  readonly tokenFile: string
  readonly token: string
  readonly seedFile: string
  readonly seed: string
}

/** What requests need: signed by the operator, or by a service in the operator's name. */
export type Permission = 'fleet_management' | 'signed_fleet_management'

/**
 * Reads the operator's token and checks what can be checked without the issuer: that it is a client's, valid now,
 * belongs to the seed and allows one of the permissions.
 * @throws transport-token-file, transport-token-expired, transport-token-permission; no error holds token or seed
 */
export function readOperatorToken(
  files: TokenFiles,
  permissions: readonly Permission[],
  now: Moment,
): OperatorToken {
  const { tokenFile, seedFile } = files
  const text = files.token.trim()
  const claims = parseToken(text)?.claims
  if (claims === undefined) throw unusable(tokenFile, 'holds no token that is signed by ed25519')
  const { purpose, callerid: caller } = claims
  if (purpose !== 'choria_client_id' || typeof caller !== 'string') {
    throw unusable(tokenFile, "holds a token that is not a client's")
  }
  const key = seedKey(files.seed.trim())
  if (key === undefined) throw unusable(seedFile, 'holds no seed of 64 hex digits')
  if (claims['public_key'] !== publicHex(key)) {
    throw unusable(seedFile, `is not the seed of the key in ${tokenFile}`)
  }
  checkDates(claims, now, tokenFile)
  if (!permissions.some((permission) => allows(claims, permission))) {
    throw transportError('transport-token-permission', {
      message: `The token of ${caller} in ${tokenFile} does not have the permission ${permissions.join(' or ')}`,
      place: tokenFile,
    })
  }
  return { caller, text, validUntil: validity(claims).until, key }
}

/** What brokers draw: nats-server 15 characters of base64url. */
const NONCE = /^[\w+/=-]{0,64}$/

/**
 * What a CONNECT carries to prove that we hold the token's key: Choria's broker reads the token and the signature
 * of its nonce (base64url). The same key signs requests, and the token goes along: a nonce that is no nonce is not
 * signed, else a broker could have a request to the fleet signed by us. Then nothing is sent, and nobody lets us in.
 */
export function tokenLogin({ text, key }: OperatorToken): (nonce?: string) => object {
  return (nonce = '') => {
    if (typeof nonce !== 'string' || !NONCE.test(nonce)) return {}
    return { auth_token: text, sig: sign(null, Buffer.from(nonce), key).toString('base64url') }
  }
}

function allows(claims: JsonRecord, permission: Permission): boolean {
  const { permissions } = claims
  return isRecord(permissions) && permissions[permission] === true
}

function checkDates(claims: JsonRecord, now: Moment, tokenFile: string): void {
  const { from, until } = validity(claims)
  const when = (moment: Moment): string => new Date(moment).toISOString()
  const place = tokenFile
  if (now >= until) {
    const message = `The token in ${tokenFile} expired on ${when(until)}`
    throw transportError('transport-token-expired', { message, place })
  }
  if (now < from) {
    const message = `The token in ${tokenFile} is valid only from ${when(from)}; this machine's clock says ${when(now)}`
    throw transportError('transport-token-expired', { message, place })
  }
}

function unusable(file: string, what: string): Error {
  return transportError('transport-token-file', { message: `${file} ${what}`, place: file })
}
