import { sign } from 'node:crypto'
import { secureRequestText } from '../wire/v2/request.js'
import type { OperatorToken } from './operator-token.js'
import type { Signer } from './signer.js'

/** Signs v2 requests with the key of the operator's token. */
export function tokenSigner({ caller, key, text }: OperatorToken): Signer {
  return {
    caller,
    async secure(request) {
      const signature = sign(null, Buffer.from(request), key).toString('base64')
      return secureRequestText(request, signature, text)
    },
  }
}
