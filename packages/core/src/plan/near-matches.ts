/** A list of more than these helps nobody. */
const MOST = 5

/**
 * Names that may have been meant, best first: the same but for case, a few letters away, or with the wanted one
 * as a part. Looks at each name once; for error messages.
 */
export function nearMatches(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase()
  const limit = Math.min(3, Math.floor(wanted.length / 3))
  const scored: { name: string; score: number }[] = []
  for (const name of names) {
    const other = name.toLowerCase()
    const distance = editDistance(lower, other, limit)
    if (distance <= limit) scored.push({ name, score: distance })
    else if (lower.length > 1 && other.includes(lower)) scored.push({ name, score: limit + 1 })
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
  return scored.slice(0, MOST).map(({ name }) => name)
}

/** "Did you mean …?", or what there is when nothing is near. */
export function nearHint(wanted: string, names: readonly string[], what: string): string {
  const near = nearMatches(wanted, names)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  if (names.length === 0) return `There are no ${what}.`
  const shown = [...names].sort().slice(0, MOST)
  const rest = names.length - shown.length
  return `The ${what} are ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}

/** Insertions, deletions and replacements that lead from one to the other; more than `limit` is not counted on. */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    let best = i
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const value = Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1)
      next.push(value)
      best = Math.min(best, value)
    }
    if (best > limit) return limit + 1
    row = next
  }
  return row[other.length] as number
}
