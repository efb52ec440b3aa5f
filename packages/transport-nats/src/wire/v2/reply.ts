import { hash, verify } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { bufferOf, fromBase64, parseRecord, textOfBase64, type JsonRecord } from '../json.js'
import { flawed, type Decoded } from '../wire.js'
import type { Trust } from './trust.js'

const NANOSECONDS = 1_000_000

/** How the senders of replies are proven. */
export interface ReplyCheck {
  readonly trust: Trust
  /** Whether a reply without signature counts (servers with plugin.security.choria.sign_replies = false). */
  readonly unsigned: 'refuse' | 'accept'
}

/**
 * Reads a v2 reply: transport, secure reply, reply.
 * @param check absent: nothing is known of issuers; signatures are not looked at, the hash is all
 */
export function decodeV2(payload: Uint8Array, check: ReplyCheck | undefined, now: Moment): Decoded {
  const transport = parseRecord(bufferOf(payload).toString())
  if (transport?.['protocol'] !== 'io.choria.protocol.v2.transport') {
    return flawed('malformed', 'no v2 transport')
  }
  const data = transport['data']
  if (typeof data !== 'string') return flawed('malformed', 'the transport has no data')

  const secure = parseRecord(textOfBase64(data))
  if (secure?.['protocol'] !== 'io.choria.protocol.v2.secure_reply') {
    return flawed('malformed', 'no v2 secure reply in the transport')
  }
  if (typeof secure['reply'] !== 'string') {
    return flawed('malformed', 'the secure reply has no reply')
  }
  const bytes = fromBase64(secure['reply'])
  if (hash('sha256', bytes, 'base64') !== secure['hash']) {
    return flawed('hash', 'the hash is not that of the reply')
  }

  const reply = parseRecord(bytes.toString())
  if (reply?.['protocol'] !== 'io.choria.protocol.v2.reply') {
    return flawed('malformed', 'no v2 reply in the secure reply')
  }
  const { request, sender, agent, message } = reply
  if (
    typeof request !== 'string' ||
    typeof sender !== 'string' ||
    typeof agent !== 'string' ||
    typeof message !== 'string'
  ) {
    return flawed('malformed', 'the reply lacks request, sender, agent or message')
  }
  const doubt = check && doubts(secure, bytes, sender, check, now)
  if (doubt !== undefined) return flawed('signature', `${JSON.stringify(sender)}: ${doubt}`)
  const time = typeof reply['time'] === 'number' ? reply['time'] / NANOSECONDS : NaN
  return { ok: true, reply: { request, sender, agent, time, body: textOfBase64(message) } }
}

/** Why it is not proven that `sender` signed these bytes. */
function doubts(
  { signature, sender: token }: JsonRecord,
  bytes: Buffer,
  sender: string,
  { trust, unsigned }: ReplyCheck,
  now: Moment,
): string | undefined {
  if (!signature && !token && unsigned === 'accept') return undefined
  if (typeof signature !== 'string' || typeof token !== 'string') return 'it is not signed'
  const server = trust.server(token, now)
  if (typeof server === 'string') return server
  if (server.identity !== sender) return `it is signed by ${server.identity}`
  if (!verify(null, bytes, server.key, fromBase64(signature))) {
    return 'the signature is not that of the reply'
  }
  return undefined
}
