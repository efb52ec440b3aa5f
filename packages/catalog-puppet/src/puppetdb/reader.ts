import type { Host } from '@choirmaster/core/provide'
import type { Session } from '@choirmaster/puppet-client'
import { readPages, type Sink } from './pages.js'

/**
 * Most rows of one answer. 20,000 components are about 6 MB, which PuppetDB streams in a second or two, and far
 * from what a client reads at most.
 */
const PAGE = 20_000

/** What rows there are, and what orders and tells them apart. */
export interface Kind {
  readonly by: readonly string[]
  readonly what: string
}

export const NODES: Kind = { by: ['certname'], what: 'nodes' }
export const COMPONENTS: Kind = { by: ['certname', 'title'], what: 'components' }
export const RESOURCES: Kind = { by: ['certname', 'type', 'title'], what: 'resources' }

/** Reads all rows of queries. */
export interface Reader {
  /** @param query without its end, as `queries` has it. @param begin makes what takes the rows, in order */
  all<T extends Sink>(query: string, kind: Kind, begin: () => T): Promise<T>
}

/** @param host is told how far it got, where there are several pages */
export function readerOf(session: Session, host: Pick<Host, 'notice'>): Reader {
  return {
    all: (query, { by, what }, begin) =>
      readPages(
        {
          size: PAGE,
          by,
          ask: (paging, take) => session.queryEach(`${query} ${paging} }`, take),
          onPage: (rows) =>
            host.notice({
              level: 'info',
              code: 'puppetdb-progress',
              message: `${rows} ${what} read from PuppetDB`,
            }),
        },
        begin,
      ),
  }
}
