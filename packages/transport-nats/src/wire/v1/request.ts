import { agentFilter } from '../filter.js'
import { toBase64 } from '../json.js'
import type { Sender } from '../sender.js'
import type { Outgoing } from '../wire.js'

/** `choria:request:1`: the text that is signed, byte for byte. */
export function requestText(request: Outgoing, sender: Sender): string {
  return JSON.stringify({
    protocol: 'choria:request:1',
    message: request.body,
    envelope: {
      requestid: request.id,
      senderid: sender.identity,
      callerid: sender.caller,
      collective: request.collective,
      agent: request.agent,
      ttl: request.ttl,
      time: Math.floor(request.time / 1000),
      filter: agentFilter(request.filterAgent),
    },
  })
}

/** `choria:secure:request:1`. @param signature base64 of RSASSA-PKCS1-v1_5 with SHA-256 over `message` */
export function secureRequestText(message: string, signature: string, pubcert: string): string {
  return JSON.stringify({ protocol: 'choria:secure:request:1', message, signature, pubcert })
}

/** `choria:transport:1` around a secure request: what is published. */
export function transportBytes(secure: string, replyTo: string, sender: Sender): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      protocol: 'choria:transport:1',
      data: toBase64(secure),
      headers: { 'reply-to': replyTo, mc_sender: sender.identity },
    }),
  )
}
