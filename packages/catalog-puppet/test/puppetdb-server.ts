import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answer, serve, type Reaction, type ServerOptions, type TestServer } from './server.js'

const fixtures = fileURLToPath(new URL('./fixtures/puppetdb/', import.meta.url))

export type Row = Readonly<Record<string, unknown>>

/** What a fake PuppetDB holds. Rows are answered whole: which fields a query asks for does not matter to it. */
export interface Stored {
  /** Rows of `resources`; `environment` and `type` when absent: production, Choirmaster::Component. */
  readonly resources: readonly Row[]
  /** Rows of `nodes`; when absent: one of production for each node with resources. */
  readonly nodes?: readonly Row[]
}

/** The rows that a real PuppetDB 7.12.1 answered with. */
export const recordedComponents = (): readonly Row[] =>
  JSON.parse(readFileSync(`${fixtures}components.json`, 'utf8')) as Row[]

export const json = (value: unknown): string =>
  answer('200 OK', { 'Content-Type': 'application/json;charset=utf-8' }, JSON.stringify(value))

/** The query of a request. */
export function queryOf(head: string): string {
  const [, path = ''] = head.split(' ')
  return new URL(path, 'https://x').searchParams.get('query') ?? ''
}

const named = (query: string, field: string): string | undefined =>
  new RegExp(`\\b${field} = '([^']*)'`).exec(query)?.[1]

const isInactive = (node: Row): boolean =>
  typeof node['deactivated'] === 'string' || typeof node['expired'] === 'string'

/** The rows that a query finds, as PuppetDB would: by type, environment and state, in order, a page of them. */
function find(stored: Stored, query: string): readonly Row[] {
  const { resources } = stored
  const nodes =
    stored.nodes ??
    [...new Set(resources.map(({ certname }) => certname))].map((certname) => ({
      certname,
      catalog_environment: 'production',
      catalog_timestamp: '2026-05-31T23:00:00.000Z',
      report_timestamp: '2026-05-31T23:00:05.000Z',
    }))
  const state = named(query, 'node_state') ?? 'active'
  const hidden = new Set(
    nodes
      .filter((node) => state !== 'any' && isInactive(node) !== (state === 'inactive'))
      .map(({ certname }) => certname),
  )
  const environment = named(
    query,
    query.startsWith('nodes') ? 'catalog_environment' : 'environment',
  )
  const type = named(query, 'type')
  const types = /type in \[([^\]]*)\]/.exec(query)?.[1]
  const found = (query.startsWith('nodes') ? nodes : resources).filter(
    (row) =>
      !hidden.has(row['certname']) &&
      (type === undefined || (row['type'] ?? 'Choirmaster::Component') === type) &&
      (types === undefined || types.includes(`'${String(row['type'])}'`)) &&
      (environment === undefined ||
        (row['catalog_environment'] ?? row['environment'] ?? 'production') === environment),
  )
  const [, by = '', limit, offset] =
    /order by ([\w, ]+) limit (\d+) offset (\d+) }$/.exec(query) ?? []
  const key = (row: Row): string =>
    by
      .split(', ')
      .map((field) => String(row[field]))
      .join('\n')
  const sorted = [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return sorted.slice(Number(offset), Number(offset) + Number(limit))
}

/** A PuppetDB that holds these rows. */
export async function servePuppetDb(stored: Stored, options?: ServerOptions): Promise<TestServer> {
  return serve((head): Reaction => json(find(stored, queryOf(head))), options)
}

/** A component as PuppetDB has it. */
export function component(
  certname: unknown,
  title: unknown,
  application: unknown = 'Lamp[app1]',
  more: { produces?: unknown; consumes?: unknown } = {},
): Row {
  const parameters = { application, produces: [], consumes: [], ...more }
  return { certname, title, parameters, exported: false, file: '/etc/site.pp', line: 3 }
}
