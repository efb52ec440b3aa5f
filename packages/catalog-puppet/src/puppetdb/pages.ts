import { puppetDbError } from './errors.js'
import type { Row } from './session.js'

/** How often reading begins anew where rows came or went meanwhile. */
const MOST_ATTEMPTS = 5

export interface Paged {
  /** Most rows of an answer, at least 2. */
  readonly size: number
  /** What tells rows apart, and orders them. */
  readonly by: readonly string[]
  /** @param paging ends the query: `order by … limit … offset …` */
  ask(paging: string): Promise<readonly Row[]>
  /** Called when there will be another page. @param rows read so far */
  onPage?(rows: number): void
}

/**
 * All rows of a query, a page at a time. PuppetDB has no cursor, and between two pages a catalog may come: so each
 * page begins with the last row of the one before. If that is another, rows were added or removed before it, which
 * would be read twice or not at all, and reading begins anew.
 * @throws puppetdb-unsettled
 */
export async function readPages(paged: Paged): Promise<readonly Row[]> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const rows = await tryPages(paged)
    if (rows !== undefined) return rows
  }
  throw puppetDbError('puppetdb-unsettled', {
    message: `Rows came or went each of the ${MOST_ATTEMPTS} times that they were read page by page`,
  })
}

async function tryPages({ size, by, ask, onPage }: Paged): Promise<readonly Row[] | undefined> {
  const all: Row[] = []
  for (;;) {
    const last = all.at(-1)
    const offset = last === undefined ? 0 : all.length - 1
    const page = await ask(`order by ${by.join(', ')} limit ${size} offset ${offset}`)
    if (last !== undefined && by.some((field) => page[0]?.[field] !== last[field])) return undefined
    for (const row of last === undefined ? page : page.slice(1)) all.push(row)
    if (page.length < size) return all
    onPage?.(all.length)
  }
}
