import { readFileSync } from 'node:fs'

/** A recorded exchange with real Choria servers; see test/fixtures/README.md. */
export interface Exchange {
  readonly request: TransportMessage
  readonly replies: readonly TransportMessage[]
}

export interface TransportMessage {
  readonly protocol: string
  readonly data: string
  readonly headers: Readonly<Record<string, unknown>>
}

const FOLDER = new URL('./fixtures/', import.meta.url)

/** @param name such as `v1/status` */
export function recorded(name: string): Exchange {
  return JSON.parse(fixtureText(`${name}.json`)) as Exchange
}

export function fixtureText(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8')
}

/** The bytes as they came over the wire. */
export function wireBytes(message: TransportMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}

/** The JSON document in a message's data. */
export function dataOf(message: { readonly data: string }): Record<string, unknown> {
  return JSON.parse(Buffer.from(message.data, 'base64').toString()) as Record<string, unknown>
}
