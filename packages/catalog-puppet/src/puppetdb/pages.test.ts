import type { Row } from '@choirmaster/puppet-client'
import { describe, expect, it } from 'vitest'
import { allRows, readPages } from './pages.js'

const row = (name: number): Row => ({ certname: `node${name}`, title: 'A[1]' })

/** A table that may change before a page is asked for. */
function table(count: number, change: (rows: Row[], asked: number) => void = () => undefined) {
  const rows = Array.from({ length: count }, (_, name) => row(name + 10))
  const asked: string[] = []
  return {
    rows,
    asked,
    ask: async (paging: string, take: (rows: readonly Row[]) => void) => {
      change(rows, asked.push(paging))
      const [, limit, offset] = /limit (\d+) offset (\d+)$/.exec(paging) ?? []
      const page = rows.slice(Number(offset), Number(offset) + Number(limit))
      // In parts, as a session does it.
      for (let part = 0; part < page.length || part === 0; part += 2)
        take(page.slice(part, part + 2))
    },
  }
}
const by = ['certname', 'title']

describe('reading page by page', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 20])('gives all of %i rows once', async (count) => {
    const { rows, ask } = table(count)
    expect((await readPages({ size: 3, by, ask }, allRows)).rows).toEqual(rows)
  })

  it('asks for each page in the same order, and for the last row again', async () => {
    const { asked, ask } = table(4)
    await readPages({ size: 3, by, ask }, allRows)
    expect(asked).toEqual([
      'order by certname, title limit 3 offset 0',
      'order by certname, title limit 3 offset 2',
    ])
  })

  it.each([
    ['comes before what was read', (rows: Row[]) => rows.unshift(row(1))],
    ['goes from what was read', (rows: Row[]) => rows.shift()],
    ['empties the table', (rows: Row[]) => rows.splice(0)],
  ])('begins anew where a row %s', async (_, change) => {
    const under = table(7, (rows, asked) => {
      if (asked === 2) change(rows)
    })
    expect((await readPages({ size: 3, by, ask: under.ask }, allRows)).rows).toEqual(under.rows)
  })

  it('gives up where it never settles', async () => {
    const under = table(7, (rows, asked) => rows.unshift(row(-asked)))
    await expect(readPages({ size: 3, by, ask: under.ask }, allRows)).rejects.toMatchObject({
      code: 'puppetdb-unsettled',
    })
    expect(under.asked).toHaveLength(10)
  })
})
