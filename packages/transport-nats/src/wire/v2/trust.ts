import { createHash, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { publicKey } from './keys.js'
import { isMadeBy, parseToken, validity, type Token } from './token.js'

/** Whose tokens are believed: one issuer for each organisation, or a list of keys. ed25519 public keys. */
export interface TrustedKeys {
  /** By the organisation (`ou`) that a token names. */
  readonly issuers: ReadonlyMap<string, KeyObject>
  readonly signers: readonly KeyObject[]
}

/** A server whose token an issuer vouches for. */
interface KnownServer {
  readonly identity: string
  readonly key: KeyObject
}

/** Tells whose key signs the replies of a server. */
export interface Trust {
  /** The server that a token is of, or why it is not believed. */
  server(token: string, now: Moment): KnownServer | string
}

interface Verified extends KnownServer {
  readonly from: Moment
  readonly until: Moment
}

/** A server sends its token along with each reply; verifying one costs 0.3 ms. Of so many the result is kept. */
const MOST_KEPT = 10_000

export function createTrust(keys: TrustedKeys): Trust {
  const known = new Map<string, Verified | string>()
  return {
    server(text, now) {
      // A hash in place of the text: tokens are long.
      const digest = createHash('sha256').update(text).digest('base64')
      let found = known.get(digest)
      if (found === undefined) {
        found = verified(text, keys)
        if (known.size >= MOST_KEPT) known.clear()
        known.set(digest, found)
      }
      if (typeof found === 'string') return found
      if (now >= found.until) return `the token of ${found.identity} has expired`
      if (now < found.from) return `the token of ${found.identity} is not valid yet`
      return found
    },
  }
}

function verified(text: string, keys: TrustedKeys): Verified | string {
  const token = parseToken(text)
  if (token === undefined) return 'the token that came along cannot be read'
  const { identity, purpose, public_key: hex } = token.claims
  const key = publicKey(hex)
  if (purpose !== 'choria_server' || typeof identity !== 'string' || key === undefined) {
    return 'the token that came along is not that of a server'
  }
  if (!issuersOf(token, keys).some((issuer) => isMadeBy(token, issuer))) {
    return `no issuer that we know made the token of ${identity}`
  }
  return { identity, key, ...validity(token.claims) }
}

function issuersOf({ claims: { ou } }: Token, keys: TrustedKeys): readonly KeyObject[] {
  const issuer = typeof ou === 'string' ? keys.issuers.get(ou) : undefined
  return issuer === undefined ? keys.signers : [issuer, ...keys.signers]
}
