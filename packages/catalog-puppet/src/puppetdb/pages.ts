import type { Row } from '@choirmaster/puppet-client'
import { puppetDbError } from './errors.js'

/** How often reading begins anew where rows came or went meanwhile. */
const MOST_ATTEMPTS = 5

/** Takes rows a page at a time; what it does not keep is gone with the page. */
export interface Sink {
  add(rows: readonly Row[]): void
}

export interface Paged {
  /** Most rows of an answer, at least 2. */
  readonly size: number
  /** What tells rows apart, and orders them. */
  readonly by: readonly string[]
  /**
   * @param paging ends the query: `order by … limit … offset …`
   * @param take takes the rows, some at a time, in order; an empty answer too, as no rows
   */
  ask(paging: string, take: (rows: readonly Row[]) => void): Promise<void>
  /** Called when there will be another page. @param rows read so far */
  onPage?(rows: number): void
}

/**
 * Reads all rows of a query, a page at a time. PuppetDB has no cursor, and between two pages a catalog may come: so
 * each page begins with the last row of the one before. If that is another, rows were added or removed before it,
 * which would be read twice or not at all, and reading begins anew.
 * @param begin makes what takes the rows, a new one for each attempt
 * @returns the one that took all rows, each once
 * @throws puppetdb-unsettled
 */
export async function readPages<T extends Sink>(paged: Paged, begin: () => T): Promise<T> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const sink = begin()
    if (await tryPages(paged, sink)) return sink
  }
  throw puppetDbError('puppetdb-unsettled', {
    message: `Rows came or went each of the ${MOST_ATTEMPTS} times that they were read page by page`,
  })
}

async function tryPages({ size, by, ask, onPage }: Paged, sink: Sink): Promise<boolean> {
  let last: Row | undefined
  let read = 0
  for (;;) {
    const known = last
    const offset = known === undefined ? 0 : read - 1
    let [count, isOther] = [0, false]
    await ask(`order by ${by.join(', ')} limit ${size} offset ${offset}`, (rows) => {
      const isRepeated = known !== undefined && count === 0
      isOther ||= isRepeated && by.some((field) => rows[0]?.[field] !== known[field])
      count += rows.length
      last = rows.at(-1) ?? last
      if (!isOther) sink.add(isRepeated ? rows.slice(1) : rows)
    })
    if (isOther) return false
    read = offset + count
    if (count < size) return true
    onPage?.(read)
  }
}

/** Keeps all rows. */
export function allRows(): Sink & { readonly rows: readonly Row[] } {
  const rows: Row[] = []
  return {
    rows,
    add(page) {
      for (const row of page) rows.push(row)
    },
  }
}
