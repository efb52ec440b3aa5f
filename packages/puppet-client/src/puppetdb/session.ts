import type { Host } from '@choirmaster/core/provide'
import type { Server } from '@choirmaster/puppet-identity'
import { puppetError } from '../errors.js'
import type { Access } from '../access.js'
import { authority } from '../address.js'
import { askServers } from '../ask.js'
import { openClient } from '../client.js'
import { readJson } from '../json.js'
import { refusal } from './refusal.js'

const PATH = '/pdb/query/v4'

/** A row of an answer; its values are not checked yet. */
export type Row = Readonly<Record<string, unknown>>

/** Asks one PuppetDB. */
export interface Session {
  /** `host:port` of the server that answers; '' before the first query. */
  server(): string
  /** The rows of a query in PQL. @throws coded errors `puppet-…`, `puppetdb-…` */
  query(pql: string): Promise<readonly Row[]>
  close(): Promise<void>
}

function rowsOf(value: unknown, server: string, place: string): readonly Row[] {
  const isRow = (row: unknown): boolean =>
    typeof row === 'object' && row !== null && !Array.isArray(row)
  if (Array.isArray(value) && value.every(isRow)) return value as Row[]
  throw puppetError('puppet-answer-malformed', {
    message: `${server} answered with JSON that is no list of rows`,
    place,
  })
}

/** A session with the first server that can be reached: once it answered, no other is asked. */
export async function openSession(
  access: Access,
  host: Host,
  signal: AbortSignal,
): Promise<Session> {
  const { identity, timeout } = access
  const client = await openClient(identity)
  let settled: Server | undefined
  return {
    server: () => (settled === undefined ? '' : authority(settled)),
    async query(pql) {
      const servers = settled === undefined ? await access.servers() : [settled]
      const path = `${PATH}?query=${encodeURIComponent(pql)}`
      const common = { service: 'PuppetDB', path, servers, client, identity, timeout }
      const { server, url, answer } = await askServers({ ...common, host, signal })
      settled = server
      const source = { server: authority(server), url }
      if (answer.status !== 200) throw refusal(answer, source, identity.commonName)
      return rowsOf(readJson(answer, source), source.server, url)
    },
    close: () => client.close(),
  }
}
