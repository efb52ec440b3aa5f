/** The first offset from `at` that holds no JSON white space. */
export function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at++
  }
}

/** The offset behind the closing quote of the string that starts at `at`; -1 when it never ends. */
export function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end + 1
  }
  return -1
}

/** The offset behind the value that starts at `at`, in a text that `JSON.parse` accepts. */
export function skipValue(text: string, at: number): number {
  let depth = 0
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      at = stringEnd(text, at)
    } else {
      at++
      if (code === 0x7b || code === 0x5b) depth++
      else if (code === 0x7d || code === 0x5d) depth--
      else if (depth > 0) continue
      else at = scalarRest(text, at)
    }
    if (depth === 0) return at
  }
}

/** End of a number or word whose first character is before `at`. */
function scalarRest(text: string, at: number): number {
  while (/[\w.+-]/.test(text.charAt(at))) at++
  return at
}
