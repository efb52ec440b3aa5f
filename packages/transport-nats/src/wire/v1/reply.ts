import { hash } from 'node:crypto'
import { bufferOf, isRecord, parseRecord, textOfBase64 } from '../json.js'
import { flawed, type Decoded } from '../wire.js'

const TRANSPORT = 'choria:transport:1'
/** How Go's servers begin each message. */
const BEGINNING = Buffer.from(`{"protocol":"${TRANSPORT}","data":"`)
const QUOTE = 0x22

/**
 * Reads a v1 reply: transport, secure reply, reply. Nothing in it is signed; its hash proves that the message is
 * whole, not who sent it. Fields that are not needed (headers, seen-by) are not looked at.
 */
export function decodeV1(payload: Uint8Array): Decoded {
  const data = dataOf(bufferOf(payload))
  if (data === undefined) return flawed('malformed', 'no v1 transport with data')

  const secure = parseRecord(textOfBase64(data))
  if (secure?.['protocol'] !== 'choria:secure:reply:1') {
    return flawed('malformed', 'no v1 secure reply in the transport')
  }
  const { message, hash: claimed } = secure
  if (typeof message !== 'string') return flawed('malformed', 'the secure reply has no message')
  if (hash('sha256', message, 'base64') !== claimed) {
    return flawed('hash', 'the hash is not that of the message')
  }

  const reply = parseRecord(message)
  if (reply?.['protocol'] !== 'choria:reply:1') {
    return flawed('malformed', 'no v1 reply in the secure reply')
  }
  const envelope = reply['envelope']
  if (!isRecord(envelope)) return flawed('malformed', 'the reply has no envelope')
  const { requestid: request, senderid: sender, agent } = envelope
  if (typeof request !== 'string' || typeof sender !== 'string' || typeof agent !== 'string') {
    return flawed('malformed', 'the envelope lacks requestid, senderid or agent')
  }
  const time = typeof envelope['time'] === 'number' ? envelope['time'] * 1000 : NaN
  return { ok: true, reply: { request, sender, agent, time, body: reply['message'] } }
}

/**
 * The base64 text in a transport. Where it is written as Go writes it, the data are cut out: nothing else of the
 * transport is used or proven by anything, and parsing it would be a fifth of the work of a reply.
 */
function dataOf(payload: Buffer): string | undefined {
  const end = payload.indexOf(QUOTE, BEGINNING.length)
  if (end > 0 && begins(payload)) {
    const data = payload.toString('latin1', BEGINNING.length, end)
    if (!data.includes('\\')) return data
  }
  const transport = parseRecord(payload.toString())
  const data = transport?.['protocol'] === TRANSPORT ? transport['data'] : undefined
  return typeof data === 'string' ? data : undefined
}

/** In JavaScript: for so few bytes a call into Node costs more. */
function begins(payload: Buffer): boolean {
  for (let at = 0; at < BEGINNING.length; at++) if (payload[at] !== BEGINNING[at]) return false
  return true
}
