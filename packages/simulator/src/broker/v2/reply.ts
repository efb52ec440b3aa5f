import { hash, sign } from 'node:crypto'
import { impostor, spoil, strangeId } from '../damage.js'
import { HOP, type WireReply } from '../wire.js'
import type { NodeCredentials } from './tokens.js'

/** What a v2 server publishes: transport, signed secure reply, reply; damaged where the scenario says so. */
export function replyV2(reply: WireReply, credentials: NodeCredentials): Uint8Array {
  const { request, node, body, time, damage } = reply
  const bytes = Buffer.from(
    JSON.stringify({
      protocol: 'io.choria.protocol.v2.reply',
      message: Buffer.from(body).toString('base64'),
      request: damage === 'wrong-request-id' ? strangeId(request.id) : request.id,
      sender: damage === 'wrong-sender' ? impostor(node) : node,
      agent: request.agent,
      time: time * 1_000_000,
    }),
  )
  const wrong = Buffer.from('another reply')
  const signed = damage === 'bad-signature' ? wrong : bytes
  const secure = JSON.stringify({
    protocol: 'io.choria.protocol.v2.secure_reply',
    reply: bytes.toString('base64'),
    hash: hash('sha256', damage === 'wrong-hash' ? wrong : bytes, 'base64'),
    ...(damage !== 'unsigned' && {
      signature: sign(null, signed, credentials.key).toString('base64'),
      sender: credentials.token,
    }),
  })
  const transport = JSON.stringify({
    protocol: 'io.choria.protocol.v2.transport',
    data: Buffer.from(secure).toString('base64'),
    headers: { sender: node, trace: [[HOP, node, HOP]] },
  })
  return spoil(Buffer.from(transport), damage)
}
