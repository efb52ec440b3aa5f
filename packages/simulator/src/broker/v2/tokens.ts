import { sign, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { makeJwt } from './jwt.js'
import { pairOfName, type Pair } from './keys.js'

/** What a simulated node signs its replies with. */
export interface NodeCredentials {
  readonly key: KeyObject
  /** The server token, signed by the issuer. */
  readonly token: string
}

/** Choria's default organisation. */
const ORGANISATION = 'choria'
/** A token is valid so long, seconds: longer than any fleet is simulated. */
const VALID_FOR = 365 * 86_400
/** Clocks differ: a token is valid a little before it was made, seconds. */
const GRACE = 300

/** Makes the tokens of a simulated fleet; the key of a name is always the same. */
export interface Mint {
  server(node: string): NodeCredentials
  /** Answers the broker's nonce: what CONNECT carries for a connection that plays all nodes. */
  login(nonce: string): { readonly auth_token: string; readonly sig: string }
}

/** @param issuer of the organisation @param seed hex, of the issuer: the nodes' keys are derived from it */
export function createMint(issuer: Pair, seed: string, collective: string, now: Moment): Mint {
  const made = new Map<string, NodeCredentials>()
  const seconds = Math.floor(now / 1000)
  const common = (pair: Pair): object => ({
    ou: ORGANISATION,
    public_key: pair.publicHex,
    iss: 'Simulated fleet',
    iat: seconds,
    nbf: seconds - GRACE,
    exp: seconds + VALID_FOR,
    jti: pair.publicHex.slice(0, 27),
  })
  const player = pairOfName(seed, 'fleet')
  // A client's token: one of a server lets its bearer subscribe to that server's subject only.
  const login = makeJwt(
    {
      callerid: 'simulator=fleet',
      purpose: 'choria_client_id',
      permissions: {},
      sub_subjects: [`${collective}.node.>`, `${collective}.broadcast.>`],
      pub_subjects: [`${collective}.reply.>`],
      ...common(player),
    },
    issuer.key,
  )
  return {
    server(node) {
      const known = made.get(node)
      if (known !== undefined) return known
      const pair = pairOfName(seed, node)
      const claims = { identity: node, collectives: [collective], purpose: 'choria_server' }
      const token = makeJwt({ ...claims, ...common(pair) }, issuer.key)
      const credentials = { key: pair.key, token }
      made.set(node, credentials)
      return credentials
    },
    login: (nonce) => ({
      auth_token: login,
      sig: sign(null, Buffer.from(nonce), player.key).toString('base64url'),
    }),
  }
}
