import type { Json } from '@choirmaster/core/provide'

export type JsonObject = { readonly [key: string]: Json }

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Own property only: a reply cannot reach into Object.prototype. */
export function field(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** C0 and C1 controls and the bidirectional overrides: they could rewrite the operator's terminal. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g

/** A node's text for a message of ours: one line, no terminal controls, at most `most` characters. */
export function shorten(text: string, most = 200): string {
  // Cut before the replacement too: a hostile text can be megabytes long.
  const line = text
    .slice(0, most * 4)
    .replace(CONTROLS, ' ')
    .trim()
  return line.length > most || text.length > most * 4 ? `${line.slice(0, most - 1)}…` : line
}

/** A whole number of seconds or of things that a double can hold exactly. */
export function isWhole(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
