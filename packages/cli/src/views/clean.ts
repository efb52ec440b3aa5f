/**
 * What a terminal may take for a command or shows otherwise than it is: control characters but for tab and newline,
 * format characters that nobody sees or that turn the direction of text (U+200B, U+202E), line and paragraph separators.
 */
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\p{Cf}\u2028\u2029]/gu

/** Text of others (titles, messages of nodes) as it may be shown: such characters are named, not sent. */
export function clean(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\u{${code}}`
  })
}

/** As `clean`, on one line. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\n/g, '\\n').replace(/\t/g, ' ')
}
