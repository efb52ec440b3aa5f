import { readFileSync } from 'node:fs'

const FIXTURES = new URL('../fixtures/', import.meta.url)

export function fixture(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8')
}

/** A certificate of ../fixtures/tls, and its key. */
export function certificate(name: string): string {
  return fixture(`tls/${name}.pem`)
}
export function key(name: string): string {
  return fixture(`tls/${name}.key`)
}

export interface Message {
  readonly protocol: string
  readonly data: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** An exchange that was recorded from real Choria servers. */
export function recorded(name: string): {
  readonly request: Message
  readonly replies: readonly Message[]
} {
  const { request, message, replies = [] } = JSON.parse(fixture(`choria/${name}.json`))
  return { request: request ?? message, replies }
}

export function bytes(message: unknown): Buffer {
  return Buffer.from(JSON.stringify(message))
}

type Fields = Readonly<Record<string, unknown>>

/** All layers of a message, outermost first. */
export function layers(payload: Uint8Array | Message): readonly Fields[] {
  const transport = (
    payload instanceof Uint8Array ? JSON.parse(Buffer.from(payload).toString()) : payload
  ) as Fields
  const secure = JSON.parse(decoded(transport['data'])) as Fields
  const inner = secure['message'] ?? decoded(secure['reply'] ?? secure['request'])
  return [transport, secure, JSON.parse(inner as string) as Fields]
}

/** The text that base64 stands for. */
export function decoded(value: unknown): string {
  return Buffer.from(value as string, 'base64').toString()
}
