import { hash } from 'node:crypto'
import { impostor, spoil, strangeId } from '../damage.js'
import { HOP, type WireReply } from '../wire.js'

/** What a v1 server publishes: transport, secure reply, reply; damaged where the scenario says so. */
export function replyV1({ request, node, body, time, damage }: WireReply): Uint8Array {
  const message = JSON.stringify({
    protocol: 'choria:reply:1',
    message: body,
    envelope: {
      requestid: damage === 'wrong-request-id' ? strangeId(request.id) : request.id,
      senderid: damage === 'wrong-sender' ? impostor(node) : node,
      agent: request.agent,
      time: Math.floor(time / 1000),
    },
  })
  // v1 signs no replies: the hash is all there is to leave out or to get wrong.
  const wrong = damage === 'wrong-hash' || damage === 'bad-signature'
  const secure = JSON.stringify({
    protocol: 'choria:secure:reply:1',
    message,
    ...(damage === 'unsigned' ? {} : { hash: hash('sha256', wrong ? body : message, 'base64') }),
  })
  const transport = JSON.stringify({
    protocol: 'choria:transport:1',
    data: Buffer.from(secure).toString('base64'),
    headers: { mc_sender: node, 'seen-by': [[HOP, node, HOP]] },
  })
  return spoil(Buffer.from(transport), damage)
}
