import type { Path } from './path.js'
import { skipSpace, skipValue, stringEnd } from './json-skip.js'

/**
 * The offset of the member or item that `path` names in a text that `JSON.parse` accepts; where the path goes
 * further than the text, of the last step that is there.
 */
export function jsonOffset(text: string, path: Path): number {
  let value = skipSpace(text, 0)
  let found = value
  for (const step of path) {
    const next = text[value] === '{' ? member(text, value, String(step)) : item(text, value, step)
    if (next === undefined) return found
    found = next.at
    value = next.value
  }
  return found
}

interface Step {
  /** Where people look: the key of a member, the item of a list. */
  readonly at: number
  readonly value: number
}

function member(text: string, object: number, wanted: string): Step | undefined {
  let at = skipSpace(text, object + 1)
  while (text[at] === '"') {
    const end = stringEnd(text, at)
    const value = skipSpace(text, skipSpace(text, end) + 1)
    if (JSON.parse(text.slice(at, end)) === wanted) return { at, value }
    at = skipSpace(text, skipSpace(text, skipValue(text, value)) + 1)
  }
  return undefined
}

function item(text: string, list: number, wanted: string | number): Step | undefined {
  if (text[list] !== '[') return undefined
  let at = skipSpace(text, list + 1)
  if (text[at] === ']') return undefined
  for (let left = Number(wanted); left > 0; left--) {
    const comma = skipSpace(text, skipValue(text, at))
    if (text[comma] !== ',') return undefined
    at = skipSpace(text, comma + 1)
  }
  return { at, value: at }
}
