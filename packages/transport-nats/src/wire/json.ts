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

/** The same bytes, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Standard base64, tolerant as Choria's parsers are: line breaks (Ruby emits them) are skipped. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}

/** Room for what most replies hold; a buffer for each of 50,000 would be a third of their garbage. */
const room = Buffer.allocUnsafeSlow(65_536)

/** The UTF-8 text in base64. */
export function textOfBase64(text: string): string {
  if (text.length > room.length) return fromBase64(text).toString()
  return room.toString('utf8', 0, room.write(text, 'base64'))
}

export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}
