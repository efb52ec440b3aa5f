import type { ServerWire } from '../wire.js'
import { callersOf } from './callers.js'
import { replyV1 } from './reply.js'
import { readV1 } from './request.js'

/** @param ca PEM text of the CAs that sign callers' certificates */
export function serverWireV1(ca: string): ServerWire {
  const callers = callersOf(ca)
  return {
    version: 'v1',
    read: (payload, now) => readV1(payload, callers, now),
    reply: replyV1,
  }
}
