/** Longest text of a server that is shown: Puppet's longest messages are a few hundred characters. */
const LONGEST = 2000

/** A server's text made safe to print: control characters become blanks, runs of blanks one, and it is cut. */
export function printable(text: string): string {
  const clean = text
    .slice(0, 2 * LONGEST)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)} …` : clean
}
