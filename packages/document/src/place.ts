/** How much of a long line is shown around the fault. */
const EXCERPT = 70

/** Text with the offset of a fault in it, as people look for it. Line and column count from 1; columns are UTF-16 units. */
export interface Spot {
  readonly line: number
  readonly column: number
  /** The line, or the part of it around the fault. */
  readonly excerpt: string
}

/** Finds the line and column of `offset`; offsets behind the end give the end. */
export function spotOf(text: string, offset: number): Spot {
  const at = Math.min(offset, text.length)
  let line = 1
  let start = 0
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', start)) {
    line++
    start = next + 1
  }
  return { line, column: at - start + 1, excerpt: excerptOf(text, start, at) }
}

function excerptOf(text: string, start: number, at: number): string {
  const newline = text.indexOf('\n', start)
  const end = newline < 0 ? text.length : newline
  const from = Math.max(start, at - EXCERPT / 2)
  const to = Math.min(end, from + EXCERPT)
  const shown = text.slice(from, to).trim()
  return `${from > start ? '…' : ''}${shown}${to < end ? '…' : ''}`
}

/** Ends a message; nothing where the fault is on a blank line or at the end of the text. */
export function within(excerpt: string): string {
  return excerpt === '' ? '' : `, in "${excerpt}"`
}

/** `site.yaml:3:5`. */
export function placeOf(name: string, text: string, offset: number): string {
  const { line, column } = spotOf(text, offset)
  return `${name}:${line}:${column}`
}
