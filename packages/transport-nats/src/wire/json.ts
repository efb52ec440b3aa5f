/** An object that came as JSON: nothing about its members is known. */
export type JsonRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object in a JSON text; undefined for anything else. */
export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The text of bytes, without a copy of the bytes. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

/** Standard base64, tolerant as Choria's parsers are: line breaks (Ruby emits them) are skipped. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}

export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}
