import { hash } from 'node:crypto'
import { fromBase64, isRecord, parseRecord, textOf } from '../json.js'
import { flawed, type Decoded } from '../wire.js'

/**
 * Reads a v1 reply: transport, secure reply, reply. Nothing in it is signed; its hash proves that the message is
 * whole, not who sent it. Fields that are not needed (headers, seen-by, time) are not looked at.
 */
export function decodeV1(payload: Uint8Array): Decoded {
  const transport = parseRecord(textOf(payload))
  if (transport?.['protocol'] !== 'choria:transport:1')
    return flawed('malformed', 'no v1 transport')
  const data = transport['data']
  if (typeof data !== 'string') return flawed('malformed', 'the transport has no data')

  const secure = parseRecord(fromBase64(data).toString())
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
  return { ok: true, reply: { request, sender, agent, body: reply['message'] } }
}
