/** Control characters, of which a terminal takes some for commands: C0 but for tab and newline, DEL, C1. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

/** Text of others (titles, messages of nodes) as it may be shown: control characters are named, not sent. */
export function clean(text: string): string {
  return text.replace(CONTROL, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** As `clean`, on one line. */
export function cleanLine(text: string): string {
  return clean(text).replace(/\n/g, '\\n').replace(/\t/g, ' ')
}
