import type { Environment, Host, Milliseconds } from '@choirmaster/core/provide'
import type { Session } from '@choirmaster/puppet-client'
import { environmentBuilder } from './build-environment.js'
import { freshness, isExpired } from './freshness.js'
import { nothingFound } from './nothing-found.js'
import { allRows, readPages, type Sink } from './pages.js'
import { queries } from './queries.js'

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

/**
 * The graph of an environment as PuppetDB last stored it: what each node was last compiled as.
 * @throws coded errors `puppet-…`, `puppetdb-…`; the signal's reason
 */
export async function readGraph(read: ReadGraph): Promise<Environment> {
  const { session, environment, type } = read
  const builder = await readAll(read, queries.components(type, environment), COMPONENTS, () =>
    environmentBuilder(environment),
  )
  if (builder.isEmpty()) {
    const { rows: nodes } = await readAll(read, queries.allNodes(), NODES, allRows)
    throw nothingFound({ environment, type, server: session.server(), nodes })
  }
  await tellFreshness(read, builder.nodes)
  return builder.build()
}
