import { createPublicKey } from 'node:crypto'
import type { ServerWire } from '../wire.js'
import type { Pair } from './keys.js'
import { replyV2 } from './reply.js'
import { readV2 } from './request.js'
import type { Mint } from './tokens.js'

/** @param issuer of the organisation, whose tokens are believed and who signs those of the nodes */
export function serverWireV2(issuer: Pair, mint: Mint): ServerWire {
  const key = createPublicKey(issuer.key)
  return {
    version: 'v2',
    read: (payload, now) => readV2(payload, key, now),
    reply: (reply) => replyV2(reply, mint.server(reply.node)),
  }
}
