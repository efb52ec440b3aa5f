import { siteOf } from '@choirmaster/core'
import type { Environment, Host, Milliseconds } from '@choirmaster/core/provide'
import type { Session } from '@choirmaster/puppet-client'
import { puppetDbError } from './errors.js'
import { problemFinder } from './find-problems.js'
import { freshness, isExpired } from './freshness.js'
import { nothingFound } from './nothing-found.js'
import { allRows, readPages, type Sink } from './pages.js'
import { queries } from './queries.js'
import { quickGraph } from './quick-graph.js'

/**
 * Most rows of one answer. 20,000 components are about 6 MB, which PuppetDB streams in a second or two, and far
 * from what a client reads at most.
 */
const PAGE = 20_000

export interface ReadGraph {
  readonly session: Session
  readonly environment: string
  readonly type: string
  readonly maxAge?: Milliseconds
  readonly host: Host
}

/** Has all rows of a query taken, in order. @param what is counted where there are several pages */
async function readAll<T extends Sink>(
  { session, host }: ReadGraph,
  query: string,
  { by, what }: { by: readonly string[]; what: string },
  begin: () => T,
): Promise<T> {
  const paged = {
    size: PAGE,
    by,
    ask: (paging: string) => session.query(`${query} ${paging} }`),
    onPage: (rows: number) =>
      host.notice({
        level: 'info',
        code: 'puppetdb-progress',
        message: `${rows} ${what} read from PuppetDB`,
      }),
  }
  return readPages(paged, begin)
}

const NODES = { by: ['certname'], what: 'nodes' }
const COMPONENTS = { by: ['certname', 'title'], what: 'components' }

async function tellFreshness(read: ReadGraph, used: ReadonlySet<string>): Promise<void> {
  const { environment, type, maxAge, host } = read
  const { rows: nodes } = await readAll(read, queries.nodes(environment), NODES, allRows)
  const { rows: leftOut } = nodes.some(isExpired)
    ? await readAll(read, queries.leftOut(type, environment), COMPONENTS, allRows)
    : allRows()
  const state = {
    nodes,
    used,
    leftOut: new Set(leftOut.map(({ certname }) => String(certname))),
    now: host.clock.now(),
    ...(maxAge !== undefined && { maxAge }),
  }
  for (const notice of freshness(state)) host.notice(notice)
}

/** How often the graph is read where it is refused and then, looked at row by row, in order. */
const MOST_READS = 3

/**
 * The graph of an environment as PuppetDB last stored it: what each node was last compiled as.
 * @throws coded errors `puppet-…`, `puppetdb-…`; the signal's reason
 */
export async function readGraph(read: ReadGraph): Promise<Environment> {
  const { session, environment, type } = read
  const components = queries.components(type, environment)
  for (let reads = 0; reads < MOST_READS; reads++) {
    const graph = await readAll(read, components, COMPONENTS, () => quickGraph(environment))
    if (graph.rows === 0) {
      const { rows: nodes } = await readAll(read, queries.allNodes(), NODES, allRows)
      throw nothingFound({ environment, type, server: session.server(), nodes })
    }
    const built = await graph.build([])
    if (built !== undefined) {
      await tellFreshness(read, new Set(siteOf(built).nodes))
      return built
    }
    // Read again, to have the rows at hand: 50,000 are not kept for what hardly ever happens.
    const error = (await readAll(read, components, COMPONENTS, problemFinder)).error()
    if (error !== undefined) throw error
  }
  throw puppetDbError('puppetdb-unsettled', {
    message: `Components were in disorder each of the ${MOST_READS} times that they were read, and in order when looked at again`,
  })
}
