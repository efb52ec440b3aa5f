import { agentFilter } from '../filter.js'
import { toBase64 } from '../json.js'
import type { Outgoing } from '../wire.js'
import type { Sender } from '../sender.js'

const NANOSECONDS = 1_000_000

/** `io.choria.protocol.v2.request`: the text that is signed, byte for byte. */
export function requestText(request: Outgoing, sender: Sender): string {
  return JSON.stringify({
    protocol: 'io.choria.protocol.v2.request',
    message: toBase64(request.body),
    id: request.id,
    sender: sender.identity,
    caller: sender.caller,
    collective: request.collective,
    agent: request.agent,
    ttl: request.ttl,
    // Past 2^53, so rounded to 256 ns; written as a plain integer.
    time: request.time * NANOSECONDS,
    filter: agentFilter(request.filterAgent),
  })
}

/** `io.choria.protocol.v2.secure_request`. @param signature 64 bytes, base64 @param caller the caller's token */
export function secureRequestText(request: string, signature: string, caller: string): string {
  return JSON.stringify({
    protocol: 'io.choria.protocol.v2.secure_request',
    request: toBase64(request),
    signature,
    caller,
  })
}

/** `io.choria.protocol.v2.transport` around a secure request: what is published. */
export function transportBytes(secure: string, replyTo: string, sender: Sender): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      protocol: 'io.choria.protocol.v2.transport',
      data: toBase64(secure),
      headers: { reply: replyTo, sender: sender.identity },
    }),
  )
}
