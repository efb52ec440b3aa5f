import type { ConfigRow } from '../config/explain.js'
import { cleanLine } from './clean.js'
import { tableText } from './table-text.js'

/** The configuration in force as a table. Lines without ends. */
export function configText(rows: readonly ConfigRow[]): Iterable<string> {
  const cells = rows.map(({ key, value, origin }) => [
    cleanLine(key),
    value === null ? '-' : cleanLine(typeof value === 'string' ? value : JSON.stringify(value)),
    cleanLine(origin),
  ])
  return tableText(['KEY', 'VALUE', 'FROM'], cells)
}
