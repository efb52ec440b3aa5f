import { verify, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { objectOf, textOf, type Fields } from '../json.js'
import { dropped, type Dropped } from '../wire.js'
import { readJwt, type Jwt } from './jwt.js'
import { publicKeyOf } from './keys.js'

/** What signs a request and who it speaks for. */
export interface ProvenCaller {
  /** That signed the request. */
  readonly key: KeyObject
  /** The only caller that it may name; undefined: any, as a delegator vouches for it. */
  readonly caller: string | undefined
}

/**
 * Proves the caller of a v2 request by one token, or by two when a signing service signed it.
 * @param issuer the organisation's public key
 */
export function proveCaller(
  callerToken: string,
  signerToken: string | undefined,
  issuer: KeyObject,
  now: Moment,
): ProvenCaller | Dropped {
  const caller = clientOf(callerToken, issuer, now)
  if ('dropped' in caller) return caller
  const { fleet_management: manages, signed_fleet_management: signedOnly } = caller.permissions
  if (signerToken === undefined) {
    if (manages !== true) return dropped('token', 'the caller may not manage fleets')
    if (signedOnly === true) return dropped('token', 'the caller may not sign for itself')
    return { key: caller.key, caller: caller.id }
  }
  const signer = clientOf(signerToken, issuer, now)
  if ('dropped' in signer) return signer
  if (signer.permissions['authentication_delegator'] !== true) {
    return dropped('token', 'the signer may not sign for others')
  }
  if (manages !== true && signedOnly !== true) {
    return dropped('token', 'the caller may not manage fleets')
  }
  return { key: signer.key, caller: undefined }
}

interface Client {
  readonly id: string
  readonly key: KeyObject
  readonly permissions: Fields
}

function clientOf(token: string, issuer: KeyObject, now: Moment): Client | Dropped {
  const jwt = readJwt(token)
  if (jwt === undefined) return dropped('token', 'the token cannot be read')
  const { claims } = jwt
  if (claims['purpose'] !== 'choria_client_id') return dropped('token', 'the token is no client')
  if (!isTrusted(jwt, issuer, now)) return dropped('token', 'the token is not of our issuer')
  const { exp, nbf } = claims
  if (typeof exp === 'number' && exp * 1000 <= now) return dropped('token', 'the token has expired')
  if (typeof nbf === 'number' && nbf * 1000 > now) return dropped('token', 'the token is too young')
  const id = textOf(claims['callerid'])
  const key = publicKeyOf(claims['public_key'])
  if (id === undefined || key === undefined) {
    return dropped('token', 'the token names no caller or no key')
  }
  return { id, key, permissions: objectOf(claims['permissions']) ?? {} }
}

/** Signed by the organisation's issuer, or by somebody whom that issuer made an issuer (`C-` tokens). */
function isTrusted(jwt: Jwt, issuer: KeyObject, now: Moment): boolean {
  const { iss, jti, tcs, issexp } = jwt.claims
  const [, delegateId, delegateHex] = /^C-([^.]+)\.([0-9a-fA-F]{64})$/.exec(String(iss)) ?? []
  if (delegateId === undefined) return !String(iss).startsWith('C-') && jwt.signedBy(issuer)
  const delegate = publicKeyOf(delegateHex)
  const [ofDelegate, ofToken] = String(tcs).split('.')
  if (delegate === undefined || ofDelegate === undefined || ofToken === undefined) return false
  const signed = (text: string, signature: string, key: KeyObject): boolean =>
    verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'))
  return (
    typeof issexp === 'number' &&
    issexp * 1000 > now &&
    signed(`${delegateId}.${delegateHex}`, ofDelegate, issuer) &&
    signed(`${String(jti)}.${ofDelegate}`, ofToken, delegate) &&
    jwt.signedBy(delegate)
  )
}
