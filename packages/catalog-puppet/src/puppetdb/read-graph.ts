import type { Environment, Host, Milliseconds } from '@choirmaster/core/provide'
import { buildEnvironment } from './build-environment.js'
import { freshness, isExpired } from './freshness.js'
import { nothingFound } from './nothing-found.js'
import { readPages } from './pages.js'
import { queries } from './queries.js'
import type { Row, Session } from './session.js'

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

/** All rows of a query, sorted. @param what is counted where there are several pages */
async function readAll(
  { session, host }: ReadGraph,
  query: string,
  by: readonly string[],
  what: string,
): Promise<readonly Row[]> {
  return readPages({
    size: PAGE,
    by,
    ask: (paging) => session.query(`${query} ${paging} }`),
    onPage: (rows) =>
      host.notice({
        level: 'info',
        code: 'puppetdb-progress',
        message: `${rows} ${what} read from PuppetDB`,
      }),
  })
}

const certnames = (rows: readonly Row[]): Set<string> =>
  new Set(rows.map(({ certname }) => String(certname)))

async function tellFreshness(read: ReadGraph, components: readonly Row[]): Promise<void> {
  const { environment, type, maxAge, host } = read
  const nodes = await readAll(read, queries.nodes(environment), ['certname'], 'nodes')
  const leftOut = nodes.some(isExpired)
    ? await readAll(read, queries.leftOut(type, environment), ['certname', 'title'], 'components')
    : []
  const state = {
    nodes,
    used: certnames(components),
    leftOut: certnames(leftOut),
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
  const by = ['certname', 'title']
  const components = await readAll(read, queries.components(type, environment), by, 'components')
  if (components.length === 0) {
    const nodes = await readAll(read, queries.allNodes(), ['certname'], 'nodes')
    throw nothingFound({ environment, type, server: session.server(), nodes })
  }
  await tellFreshness(read, components)
  return buildEnvironment(environment, components)
}
