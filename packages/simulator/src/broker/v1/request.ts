import { verify } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { readFilter } from '../filter.js'
import { bodyOf, bytesOf, numberOf, objectOf, parseObject, textOf, type Fields } from '../json.js'
import { dropped, type Dropped, type Genuine } from '../wire.js'
import type { Callers } from './callers.js'

/** JSON schema of v1 requests: ids have 32 characters, nobody signs for less than 30 s. */
const ID_LENGTH = 32
const LEAST_TTL = 30

/** Reads a v1 message as a server does: transport, secure request, request, caller, signature. */
export function readV1(payload: Uint8Array, callers: Callers, now: Moment): Genuine | Dropped {
  const transport = parseObject(Buffer.from(payload).toString())
  if (transport?.['protocol'] !== 'choria:transport:1') {
    return dropped('malformed', 'no v1 transport')
  }
  const replyTo = textOf(objectOf(transport['headers'])?.['reply-to'])
  if (replyTo === undefined) return dropped('malformed', 'the transport says not where to reply')
  const secure = parseObject(bytesOf(transport['data'])?.toString() ?? '')
  if (secure?.['protocol'] !== 'choria:secure:request:1') {
    return dropped('malformed', 'no v1 secure request in the transport')
  }
  const message = textOf(secure['message'])
  const signature = textOf(secure['signature'])
  const certificate = textOf(secure['pubcert'])
  if (message === undefined || signature === undefined || certificate === undefined) {
    return dropped('malformed', 'the secure request lacks message, signature or pubcert')
  }
  const request = readRequest(parseObject(message), replyTo)
  if (request.dropped !== false) return request

  const proven = callers.prove(certificate, request.caller, now)
  if ('dropped' in proven) return proven
  const bytes = bytesOf(signature)
  // RSASSA-PKCS1-v1_5 with SHA-256, over the bytes of the message as sent.
  if (bytes === undefined || !verify('RSA-SHA256', Buffer.from(message), proven.key, bytes)) {
    return dropped('signature', `the signature is not that of ${request.caller}`)
  }
  return request
}

function readRequest(request: Fields | undefined, replyTo: string): Genuine | Dropped {
  const envelope = objectOf(request?.['envelope'])
  if (request?.['protocol'] !== 'choria:request:1' || envelope === undefined) {
    return dropped('malformed', 'no v1 request in the secure request')
  }
  const message = textOf(request['message'])
  const id = textOf(envelope['requestid'])
  const sender = textOf(envelope['senderid'])
  const caller = textOf(envelope['callerid'])
  const collective = textOf(envelope['collective'])
  const agent = textOf(envelope['agent'])
  if (!message || !id || !sender || !caller || !collective || !agent) {
    return dropped('malformed', 'the request lacks its message or a part of its envelope')
  }
  if (id.length !== ID_LENGTH) {
    return dropped('malformed', `the request id has ${id.length} characters, not ${ID_LENGTH}`)
  }
  const ttl = numberOf(envelope['ttl'], LEAST_TTL)
  if (ttl === undefined) return dropped('malformed', `the ttl is no number from ${LEAST_TTL} on`)
  const time = numberOf(envelope['time'], 0)
  if (time === undefined) return dropped('malformed', 'the time is no number')
  const filter = readFilter(envelope['filter'])
  if (filter === undefined) return dropped('malformed', 'the filter lacks one of its lists')
  return {
    dropped: false,
    ...{ id, agent, caller, collective, replyTo, filter },
    body: bodyOf(message),
    time: time * 1000,
    ttl: ttl * 1000,
  }
}
