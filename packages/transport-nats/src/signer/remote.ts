import { sign } from 'node:crypto'
import { transportError } from '../errors.js'
import { fromBase64, isRecord, parseRecord, toBase64, type JsonRecord } from '../wire/json.js'
import type { Wire } from '../wire/wire.js'
import type { OperatorToken } from './operator-token.js'
import type { Post } from './post.js'
import type { Signer } from './signer.js'

/** A service that signs requests in the operator's name: the AAA service of Choria, over HTTP. */
export interface RemoteSigner {
  readonly url: string
  readonly token: OperatorToken
  readonly version: Wire['version']
  readonly post: Post
}

/**
 * Has requests signed by a service: it gets the request, the operator's token and the signature of the token's key,
 * and answers with a secure request, which is checked to hold this request and no other.
 */
export function remoteSigner({ url, token, version, post }: RemoteSigner): Signer {
  const refuse = (reason: string, cause?: unknown): Error =>
    transportError('transport-signer-failed', {
      message: `The signing service ${url} did not sign the request: ${reason}`,
      place: url,
      ...(cause !== undefined && { cause }),
    })

  return {
    caller: token.caller,
    async secure(request, call) {
      const signature = sign(null, Buffer.from(request), token.key).toString('hex')
      const question = { token: token.text, request: toBase64(request), signature }
      let answered
      try {
        answered = await post(url, JSON.stringify(question), call)
      } catch (cause) {
        call.signal.throwIfAborted()
        throw refuse((cause as Error).message, cause)
      }
      const answer = parseRecord(answered.body)
      if (typeof answer?.['error'] === 'string' && answer['error'] !== '') {
        throw refuse(answer['error'])
      }
      if (answered.status !== 200) throw refuse(`HTTP status ${answered.status}`)
      const signed = answer?.['secure_request']
      const secure = typeof signed === 'string' ? fromBase64(signed).toString() : ''
      return version === 'v1'
        ? checkedV1(secure, request, refuse)
        : checkedV2(secure, request, token.text, refuse)
    },
  }
}

type Refuse = (reason: string) => Error

/** v1: the service's own privileged certificate signs; the document goes out as it came. */
function checkedV1(secure: string, request: string, refuse: Refuse): string {
  const message = parseRecord(secure)?.['message']
  if (typeof message !== 'string' || !same(message, request, V1_PARTS)) throw refuse(OTHER)
  return secure
}

/** v2: the service's token is in `signer`; `caller` is ours to fill in. */
function checkedV2(secure: string, request: string, token: string, refuse: Refuse): string {
  const document = parseRecord(secure)
  const inner = document?.['request']
  if (typeof inner !== 'string' || !same(fromBase64(inner).toString(), request, V2_PARTS)) {
    throw refuse(OTHER)
  }
  if (typeof document?.['signer'] !== 'string')
    throw refuse('its answer has no token of the signer')
  return JSON.stringify({ ...document, caller: token })
}

const OTHER = 'it answered with something else than this request'

/** What servers act on: who asks for what, of whom, and for how long. The sender may be the service. */
const V1_PARTS = (request: JsonRecord): unknown[] => {
  const envelope = isRecord(request['envelope']) ? request['envelope'] : {}
  const { requestid, callerid, agent, collective, ttl, time, filter } = envelope
  return [request['message'], requestid, callerid, agent, collective, ttl, time, sorted(filter)]
}
const V2_PARTS = (request: JsonRecord): unknown[] => {
  const { message, id, caller, agent, collective, ttl, time, filter } = request
  return [message, id, caller, agent, collective, ttl, time, sorted(filter)]
}

/** A filter with its lists in one order: who writes it anew may choose another. */
function sorted(filter: unknown): unknown {
  return isRecord(filter) ? Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)) : filter
}

/** Whether two requests ask for the same; services write the text anew, so bytes may differ. */
function same(one: string, other: string, parts: (request: JsonRecord) => unknown[]): boolean {
  const [a, b] = [parseRecord(one), parseRecord(other)]
  return a !== undefined && b !== undefined && JSON.stringify(parts(a)) === JSON.stringify(parts(b))
}
