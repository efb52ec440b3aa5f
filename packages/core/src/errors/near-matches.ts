/** More suggestions than these are a list, not a hint. */
const MOST = 3

/**
 * Names that were probably meant: nearest first, at most three. A third of the letters may differ, and case
 * does not count.
 */
export function nearMatches(name: string, known: Iterable<string>): readonly string[] {
  const wanted = name.toLowerCase()
  const near: { candidate: string; wrong: number }[] = []
  for (const candidate of known) {
    const most = Math.floor(Math.max(name.length, candidate.length) / 3)
    // The distance is at least the difference in length: most candidates need no look.
    if (Math.abs(name.length - candidate.length) > most) continue
    const wrong = distance(wanted, candidate.toLowerCase())
    if (wrong <= most) near.push({ candidate, wrong })
  }
  near.sort((a, b) => a.wrong - b.wrong || (a.candidate < b.candidate ? -1 : 1))
  return near.slice(0, MOST).map(({ candidate }) => candidate)
}

/** `Did you mean batch?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearMatches(name, known)
  return near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`
}

/** Letters to insert, delete, replace, or swap with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(
        cell(above, j - 1) + (same ? 0 : 1),
        cell(above, j) + 1,
        cell(row, j - 1) + 1,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, cell(before, j - 2) + 1)
      }
      row.push(least)
    }
    before = above
    above = row
  }
  return cell(above, b.length)
}

function cell(row: readonly number[], at: number): number {
  return row[at] ?? Number.POSITIVE_INFINITY
}
