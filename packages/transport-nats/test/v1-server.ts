import { hash } from 'node:crypto'
import { dataOf } from './recorded.js'

/** A v1 request, as a server reads it. */
export interface ReadRequest {
  readonly id: string
  readonly agent: string
  readonly ttl: number
  readonly time: number
  readonly collective: string
  readonly caller: string
  readonly body: string
  readonly replyTo: string
}

export function readRequest(payload: Uint8Array): ReadRequest {
  const transport = JSON.parse(Buffer.from(payload).toString())
  const { message, envelope } = JSON.parse(dataOf(transport)['message'] as string)
  return {
    id: envelope.requestid,
    agent: envelope.agent,
    ttl: envelope.ttl,
    time: envelope.time,
    collective: envelope.collective,
    caller: envelope.callerid,
    body: message,
    replyTo: transport.headers['reply-to'],
  }
}

export interface ReplyParts {
  readonly id: string
  readonly sender: string
  readonly agent?: string
  readonly body?: string
  /** Seconds. */
  readonly time?: number
}

const OK = JSON.stringify({ statuscode: 0, statusmsg: 'OK', data: { enabled: true } })

/** What a v1 server publishes. */
export function v1Reply(parts: ReplyParts): Buffer {
  const { id, sender, agent = 'puppet', body = OK, time = 1_795_342_000 } = parts
  const message = JSON.stringify({
    protocol: 'choria:reply:1',
    message: body,
    envelope: { requestid: id, senderid: sender, agent, time },
  })
  const secure = {
    protocol: 'choria:secure:reply:1',
    message,
    hash: hash('sha256', message, 'base64'),
  }
  return Buffer.from(
    JSON.stringify({
      protocol: 'choria:transport:1',
      data: Buffer.from(JSON.stringify(secure)).toString('base64'),
      headers: { mc_sender: sender, 'seen-by': [] },
    }),
  )
}
