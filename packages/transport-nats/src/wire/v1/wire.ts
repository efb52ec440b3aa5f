import type { Signer } from '../../signer/signer.js'
import type { Wire } from '../wire.js'
import { decodeV1 } from './reply.js'
import { requestText, transportBytes } from './request.js'

/**
 * Protocol v1: requests signed with the operator's RSA key, replies with a hash only.
 * @param identity of this machine, for the envelope
 */
export function wireV1(signer: Signer, identity: string): Wire {
  const sender = { identity, caller: signer.caller }
  return {
    version: 'v1',
    async encode(request, call) {
      const secure = await signer.secure(requestText(request, sender), call)
      return transportBytes(secure, request.replyTo, sender)
    },
    decode: decodeV1,
  }
}
