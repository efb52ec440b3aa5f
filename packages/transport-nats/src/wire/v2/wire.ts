import type { Clock } from '@choirmaster/core/provide'
import type { Signer } from '../../signer/signer.js'
import type { Wire } from '../wire.js'
import { decodeV2, type ReplyCheck } from './reply.js'
import { requestText, transportBytes } from './request.js'

/**
 * Protocol v2: requests and replies signed with ed25519 keys that tokens vouch for.
 * @param identity of this machine, for the request
 */
export function wireV2(
  signer: Signer,
  identity: string,
  check: ReplyCheck | undefined,
  clock: Pick<Clock, 'now'>,
): Wire {
  const sender = { identity, caller: signer.caller }
  return {
    version: 'v2',
    async encode(request, call) {
      const secure = await signer.secure(requestText(request, sender), call)
      return transportBytes(secure, request.replyTo, sender)
    },
    decode: (payload) => decodeV2(payload, check, clock.now()),
  }
}
