export type Fields = Readonly<Record<string, unknown>>

/** A JSON object; undefined for everything else. */
export function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined
}

/** The object that a text is; undefined for all other texts. */
export function parseObject(text: string): Fields | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A text of at least one character, which is what the schemas of both request layers ask for. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 ? value : undefined
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The bytes of standard base64 (Go skips line ends in it); undefined for what is none. */
export function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.replaceAll(/[\r\n]/g, '')
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** A request's body as the agent gets it: servers decode what happens to be base64, and take the rest as it is. */
export function bodyOf(message: string): string {
  return bytesOf(message)?.toString() ?? message
}

/** `rounds`: whole numbers only, as the schemas say. */
export function numberOf(value: unknown, least: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined
}
