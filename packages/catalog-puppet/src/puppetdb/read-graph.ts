import { siteOf } from '@choirmaster/core'
import type {
  Environment,
  Finding,
  Host,
  Milliseconds,
  SourceEdge,
} from '@choirmaster/core/provide'
import type { Row, Session } from '@choirmaster/puppet-client'
import type { CompiledNode } from '../fresh/catalog-rows.js'
import { puppetDbError } from './errors.js'
import { exportedEdges } from './exported-edges.js'
import { problemFinder } from './find-problems.js'
import { freshness, freshnessFindings, isExpired } from './freshness.js'
import { nothingFound } from './nothing-found.js'
import { allRows, type Sink } from './pages.js'
import { queries } from './queries.js'
import { quickGraph } from './quick-graph.js'
import { COMPONENTS, NODES, readerOf, RESOURCES, type Reader } from './reader.js'

export interface ReadGraph {
  readonly session: Session
  readonly environment: string
  /** The defined type whose resources are the components. */
  readonly type: string
  /** Types of exported resources that make edges. */
  readonly exported: readonly string[]
  readonly maxAge?: Milliseconds
  readonly host: Host
  /** Takes what speaks against nodes; absent: how old the graph is need not be told. */
  readonly tell?: ((findings: ReadonlyMap<string, Finding>) => void) | undefined
  /** Compiles nodes now, which then count in place of what PuppetDB has of them. @param living certnames of the environment */
  readonly compile?: (living: readonly string[]) => Promise<readonly CompiledNode[]>
}

/** How often the graph is read where it is refused and then, looked at row by row, in order. */
const MOST_READS = 3

/** Has all components taken: those of nodes that were compiled now from there, the others from PuppetDB. */
async function readComponents<T extends Sink>(
  { environment, type }: ReadGraph,
  reader: Reader,
  compiled: readonly CompiledNode[],
  begin: () => T,
): Promise<T> {
  const now = new Set<unknown>(compiled.map(({ certname }) => certname))
  const { sink } = await reader.all(queries.components(type, environment), COMPONENTS, () => {
    const sink = begin()
    for (const node of compiled) if (node.environment === environment) sink.add(node.rows)
    const isStored = ({ certname }: Row): boolean => !now.has(certname)
    return {
      sink,
      add: (rows: readonly Row[]) => sink.add(now.size === 0 ? rows : rows.filter(isStored)),
    }
  })
  return sink
}

async function compileNow(read: ReadGraph, reader: Reader): Promise<readonly CompiledNode[]> {
  if (read.compile === undefined) return []
  const { rows } = await reader.all(queries.living(read.environment), NODES, allRows)
  return read.compile(rows.map(({ certname }) => String(certname)))
}

async function readEdges(read: ReadGraph, reader: Reader): Promise<readonly SourceEdge[]> {
  const { exported, environment } = read
  if (exported.length === 0) return []
  const query = queries.resources(exported, environment)
  return (await reader.all(query, RESOURCES, exportedEdges)).edges()
}

async function tellFreshness(
  read: ReadGraph,
  reader: Reader,
  graph: Environment,
  compiled: readonly CompiledNode[],
): Promise<void> {
  const { environment, type, maxAge, host } = read
  const { rows: nodes } = await reader.all(queries.nodes(environment), NODES, allRows)
  const { rows: leftOut } = nodes.some(isExpired)
    ? await reader.all(queries.leftOut(type, environment), COMPONENTS, allRows)
    : allRows()
  const state = {
    nodes,
    used: new Set(siteOf(graph).nodes),
    compiled: new Set(compiled.map(({ certname }) => certname)),
    leftOut: new Set(leftOut.map(({ certname }) => String(certname))),
    now: host.clock.now(),
    ...(maxAge !== undefined && { maxAge }),
  }
  for (const notice of freshness(state)) host.notice(notice)
  read.tell?.(freshnessFindings(state))
}

/**
 * The graph of an environment: what each node was last compiled as, by PuppetDB, or is compiled as now.
 * @throws coded errors `puppet-…`, `puppetdb-…`, `fresh-…`; the signal's reason
 */
export async function readGraph(read: ReadGraph): Promise<Environment> {
  const { session, environment, type, host } = read
  const reader = readerOf(session, host)
  const compiled = await compileNow(read, reader)
  const edges = await readEdges(read, reader)
  for (let reads = 0; reads < MOST_READS; reads++) {
    const graph = await readComponents(read, reader, compiled, () => quickGraph(environment))
    if (graph.rows === 0 && edges.length === 0) {
      const { rows: nodes } = await reader.all(queries.allNodes(), NODES, allRows)
      throw nothingFound({ environment, type, server: session.server(), nodes })
    }
    const built = graph.build(edges)
    if (built !== undefined) {
      if (read.tell !== undefined) await tellFreshness(read, reader, built, compiled)
      return built
    }
    // Read again, to have the rows at hand: 50,000 are not kept for what hardly ever happens.
    const finder = await readComponents(read, reader, compiled, problemFinder)
    const error = finder.error()
    if (error !== undefined) throw error
  }
  throw puppetDbError('puppetdb-unsettled', {
    message: `Components were in disorder each of the ${MOST_READS} times that they were read, and in order when looked at again`,
  })
}
