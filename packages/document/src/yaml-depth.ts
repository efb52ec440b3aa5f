/**
 * Open brackets that are accepted. The parser recurses and ends the whole process, not just the call, at some
 * 10,000; no document of ours is deeper than ten. Brackets in quotes and comments count too, which is harmless here.
 */
const MAX_OPEN = 200

/** Blanks and list dashes at the start of a line: nesting by indentation, one level a character. */
const DEEP_INDENT = /^[ \t?:-]{2000}/m

/** Where a YAML text is nested deeper than can be parsed safely. */
export function tooDeepAt(text: string): number | undefined {
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) {
      if (++open > MAX_OPEN) return at
    } else if ((code === 0x5d || code === 0x7d) && open > 0) {
      open--
    }
  }
  const indent = text.search(DEEP_INDENT)
  return indent < 0 ? undefined : indent
}
