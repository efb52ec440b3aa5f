import { skipSpace, stringEnd } from './json-skip.js'

/** The first thing wrong in a JSON text. */
export interface JsonFlaw {
  readonly offset: number
  readonly message: string
  /** Set where the text is JSON, but an object holds this key twice. */
  readonly key?: string
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Finds what `JSON.parse` refuses, with its place, and keys that an object holds twice, of which `JSON.parse`
 * silently keeps the last. Iterative: depth costs memory, never the stack.
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
  /** Keys of the open objects; null stands for an open array. */
  const open: (Set<string> | null)[] = []
  let at = skipSpace(text, 0)
  let wantsValue = true
  for (;;) {
    if (wantsValue) {
      const char = text[at]
      if (char === '{' || char === '[') {
        const keys = char === '{' ? new Set<string>() : null
        open.push(keys)
        at = skipSpace(text, at + 1)
        if (text[at] === (keys ? '}' : ']')) {
          wantsValue = false
          continue
        }
        if (keys) {
          const key = readKey(text, at, keys)
          if (typeof key !== 'number') return key
          at = key
        }
        continue
      }
      const end = scalarEnd(text, at)
      if (end < 0) return text[at] === '"' ? badString(at) : unexpected(text, at, 'a value')
      at = skipSpace(text, end)
      wantsValue = false
      continue
    }
    if (open.length === 0) return at < text.length ? unexpected(text, at, 'the end') : undefined
    const keys = open[open.length - 1] as Set<string> | null
    const closer = keys ? '}' : ']'
    if (text[at] === closer) {
      open.pop()
      at = skipSpace(text, at + 1)
    } else if (text[at] === ',') {
      at = skipSpace(text, at + 1)
      if (keys) {
        const key = readKey(text, at, keys)
        if (typeof key !== 'number') return key
        at = key
      }
      wantsValue = true
    } else {
      return unexpected(text, at, `"," or "${closer}"`)
    }
  }
}

/** Reads `"key":` at `at`; returns where its value starts. */
function readKey(text: string, at: number, keys: Set<string>): number | JsonFlaw {
  if (text[at] !== '"') return unexpected(text, at, 'a key in double quotes')
  const end = stringEnd(text, at)
  const key = end > 0 ? stringValue(text, at, end) : undefined
  if (key === undefined) return badString(at)
  if (keys.has(key)) {
    return { offset: at, message: `the key ${JSON.stringify(key)} is there twice`, key }
  }
  keys.add(key)
  const colon = skipSpace(text, end)
  if (text[colon] !== ':') return unexpected(text, colon, '":"')
  return skipSpace(text, colon + 1)
}

/** End of the string, number or word at `at`; -1 when there is none. */
function scalarEnd(text: string, at: number): number {
  if (text[at] === '"') {
    const end = stringEnd(text, at)
    return end > 0 && stringValue(text, at, end) !== undefined ? end : -1
  }
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : -1
}

/** The string literal from `at` to `end`; undefined for a bad escape or a bare control character in it. */
function stringValue(text: string, at: number, end: number): string | undefined {
  for (let i = at + 1; i < end - 1; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x5c) return parsedString(text.slice(at, end))
  }
  return text.slice(at + 1, end - 1)
}

function parsedString(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}

function unexpected(text: string, offset: number, wanted: string): JsonFlaw {
  if (offset >= text.length) return { offset, message: `it ends where ${wanted} should be` }
  const char = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  return {
    offset,
    message: `${wanted} expected, found ${char === '"' ? 'a string' : JSON.stringify(char)}`,
  }
}

function badString(offset: number): JsonFlaw {
  return { offset, message: 'a string with a bad escape, with a line break, or without an end' }
}
