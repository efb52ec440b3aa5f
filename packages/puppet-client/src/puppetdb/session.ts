import type { CodedError, Host } from '@choirmaster/core/provide'
import type { Server } from '@choirmaster/puppet-identity'
import { puppetError } from '../errors.js'
import type { Access } from '../access.js'
import { authority } from '../address.js'
import { askServers } from '../ask.js'
import { openClient, type Answer, type Question } from '../client.js'
import { partsReader, readJson, type Source } from '../json.js'
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
  /**
   * As `query`, for many rows: they are taken some at a time, in order, as they come. Where the promise is broken
   * some may have been.
   */
  queryEach(pql: string, take: (rows: readonly Row[]) => void): Promise<void>
  /** PuppetDB's own clock, ISO 8601. @throws as `query` */
  time(): Promise<string>
  close(): Promise<void>
}

const pathOf = (pql: string): string => `${PATH}?query=${encodeURIComponent(pql)}`

function areRows(value: unknown): value is readonly Row[] {
  const isRow = (row: unknown): boolean =>
    typeof row === 'object' && row !== null && !Array.isArray(row)
  return Array.isArray(value) && value.every(isRow)
}

const noRows = ({ server, url: place }: Source): CodedError =>
  puppetError('puppet-answer-malformed', {
    message: `${server} answered with JSON that is no list of rows`,
    place,
  })

/** A session with the first server that can be reached: once it answered, no other is asked. */
export async function openSession(
  access: Access,
  host: Host,
  signal: AbortSignal,
): Promise<Session> {
  const { identity, timeout } = access
  const client = await openClient(identity)
  let settled: Server | undefined
  /** A 200. */
  async function ask(question: Question): Promise<{ answer: Answer; source: Source }> {
    const servers = settled === undefined ? await access.servers() : [settled]
    const common = { service: 'PuppetDB', ...question, servers, client, identity, timeout }
    const { server, url, answer } = await askServers({ ...common, host, signal })
    settled = server
    const source = { server: authority(server), url }
    if (answer.status !== 200) throw refusal(answer, source, identity.commonName)
    return { answer, source }
  }
  return {
    server: () => (settled === undefined ? '' : authority(settled)),
    async query(pql) {
      const { answer, source } = await ask({ path: pathOf(pql) })
      const rows = readJson(answer, source)
      if (areRows(rows)) return rows
      throw noRows(source)
    },
    async queryEach(pql, take) {
      let isList = true
      const parts = partsReader((part) => {
        if (areRows(part)) take(part)
        else isList = false
      })
      const { answer, source } = await ask({ path: pathOf(pql), reader: parts.reader })
      parts.end(answer, source)
      if (!isList) throw noRows(source)
    },
    async time() {
      const { answer, source } = await ask({ path: '/pdb/meta/v1/server-time' })
      const { server_time: time } = (readJson(answer, source) ?? {}) as {
        readonly server_time?: unknown
      }
      if (typeof time === 'string' && !Number.isNaN(Date.parse(time))) return time
      throw puppetError('puppet-answer-malformed', {
        message: `${source.server} answered with JSON that is no time`,
        place: source.url,
      })
    },
    close: () => client.close(),
  }
}
