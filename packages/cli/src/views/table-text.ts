/** Columns of equal width, two blanks apart; the last one is as long as it is. */
export function* tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Generator<string> {
  const all = [head, ...rows]
  const widths = head.map((_, at) =>
    all.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), 0),
  )
  for (const row of all) {
    yield row
      .map((cell, at) => (at < row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell))
      .join('  ')
  }
}
