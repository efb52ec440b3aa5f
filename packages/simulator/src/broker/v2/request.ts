import { verify, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { ANY, readFilter } from '../filter.js'
import { bodyOf, bytesOf, numberOf, objectOf, parseObject, textOf, type Fields } from '../json.js'
import { dropped, type Dropped, type Genuine } from '../wire.js'
import { proveCaller } from './callers.js'

/** Times are nanoseconds since 1970: past what a number holds, but to a quarter of a microsecond. */
const NANOSECONDS = 1_000_000

/** Reads a v2 message as a server does. @param issuer the organisation's public key */
export function readV2(payload: Uint8Array, issuer: KeyObject, now: Moment): Genuine | Dropped {
  const transport = parseObject(Buffer.from(payload).toString())
  if (transport?.['protocol'] !== 'io.choria.protocol.v2.transport') {
    return dropped('malformed', 'no v2 transport')
  }
  const replyTo = textOf(objectOf(transport['headers'])?.['reply'])
  if (replyTo === undefined) return dropped('malformed', 'the transport says not where to reply')
  const secure = parseObject(bytesOf(transport['data'])?.toString() ?? '')
  if (secure?.['protocol'] !== 'io.choria.protocol.v2.secure_request') {
    return dropped('malformed', 'no v2 secure request in the transport')
  }
  const bytes = bytesOf(secure['request'])
  const signature = bytesOf(secure['signature'])
  const callerToken = textOf(secure['caller'])
  if (bytes === undefined || signature === undefined || callerToken === undefined) {
    return dropped('malformed', 'the secure request lacks request, signature or caller')
  }
  const request = readRequest(parseObject(bytes.toString()), replyTo)
  if (request.dropped !== false) return request

  const proven = proveCaller(callerToken, textOf(secure['signer']), issuer, now)
  if ('dropped' in proven) return proven
  if (proven.caller !== undefined && proven.caller !== request.caller) {
    return dropped('caller', `the token of ${proven.caller} does not prove ${request.caller}`)
  }
  if (!verify(null, bytes, proven.key, signature)) {
    return dropped('signature', `the signature is not that of ${request.caller}`)
  }
  return request
}

function readRequest(request: Fields | undefined, replyTo: string): Genuine | Dropped {
  if (request?.['protocol'] !== 'io.choria.protocol.v2.request') {
    return dropped('malformed', 'no v2 request in the secure request')
  }
  const body = bytesOf(request['message'])?.toString()
  const id = textOf(request['id'])
  const sender = textOf(request['sender'])
  const caller = textOf(request['caller'])
  const collective = textOf(request['collective'])
  const agent = textOf(request['agent'])
  if (!body || !id || !sender || !caller || !collective || !agent) {
    return dropped('malformed', 'the request lacks a part')
  }
  const ttl = numberOf(request['ttl'], 1)
  if (ttl === undefined) return dropped('malformed', 'the ttl is no number from 1 on')
  const { time } = request
  if (typeof time !== 'number') return dropped('malformed', 'the time is no number')
  const filter = request['filter'] === undefined ? ANY : readFilter(request['filter'])
  if (filter === undefined) return dropped('malformed', 'the filter lacks one of its lists')
  return {
    dropped: false,
    ...{ id, agent, caller, collective, replyTo, filter },
    body: bodyOf(body),
    time: Math.round(time / NANOSECONDS),
    ttl: ttl * 1000,
  }
}
