import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Notice, Witness } from '@choirmaster/core/provide'
import { nodeSystem } from '@choirmaster/puppet-identity'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { puppetDbWitnessOf } from '../src/index.js'

const TLS = fileURLToPath(new URL('../../puppet-identity/test/fixtures/tls/', import.meta.url))
const pem = readFileSync(`${TLS}server/puppet.pem`)
const ROWS = JSON.parse(
  readFileSync(new URL('fixtures/reports.json', import.meta.url), 'utf8'),
) as { certname: string; receive_time: string; transaction_uuid: string }[]
const SERVER_TIME = '2026-11-22T10:57:00.000Z'

let server: Server
let queries: string[]
let notices: Notice[]
/** How many of the rows are there already. */
let there: number
let status: number

function rowsOf(query: string): readonly object[] {
  queries.push(query)
  const ids = /transaction_uuid in (\[.*\])/.exec(query)?.[1]
  if (ids !== undefined) {
    const asked = JSON.parse(ids) as string[]
    const logs = {
      data: [{ level: 'notice', source: 'Puppet', message: 'Applied catalog in 1 s' }],
    }
    return ROWS.filter(({ transaction_uuid: run }) => asked.includes(run)).map((row) => ({
      ...row,
      logs,
    }))
  }
  const since = /receive_time >= '([^']+)'/.exec(query)?.[1] ?? ''
  return ROWS.slice(0, there).filter((row) => row.receive_time >= since)
}

beforeEach(async () => {
  ;[queries, notices, there, status] = [[], [], ROWS.length, 200]
  server = createServer({ cert: pem, key: pem }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://x')
    const query = url.searchParams.get('query')
    response.writeHead(status, { 'content-type': 'application/json' })
    const found = query === null ? { server_time: SERVER_TIME } : rowsOf(query)
    response.end(JSON.stringify(found))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

async function open(): Promise<Witness> {
  const { port } = server.address() as AddressInfo
  const host = {
    baseDir: '/',
    clock: {
      now: () => Date.parse('2026-06-01'),
      sleepUntil: async () => undefined,
      hold: <T>(work: Promise<T>) => work,
    },
    random: { next: () => 0 },
    notice: (notice: Notice) => void notices.push(notice),
  }
  const system = { ...nodeSystem(), env: { USER: 'rip' }, home: '/none', cwd: '/none', root: false }
  const options = { url: `localhost:${port}`, ssldir: `${TLS}ssl` }
  return puppetDbWitnessOf(() => system).open(options, host, call)
}
const call = { signal: new AbortController().signal }
const told = async (witness: Witness): Promise<string[]> =>
  (await witness.sightings(call)).map(({ node, run }) => `${node.slice(0, 4)} ${run.slice(0, 4)}`)

describe('the witness puppetdb', () => {
  it("begins at PuppetDB's own time, a little before", async () => {
    const witness = await open()
    there = 0
    expect(await told(witness)).toEqual([])
    expect(queries).toEqual([expect.stringContaining("'2026-11-22T10:56:55.000Z'")])
    await witness.close?.()
  })

  it('goes on from the newest report that it saw, with an overlap', async () => {
    const witness = await open()
    there = 3
    expect(await told(witness)).toEqual(['dev3 6760', 'dev1 7add'])
    there = 5
    // The two of before are told again, as one that came late would be told.
    expect(await told(witness)).toEqual(['dev3 6760', 'dev1 7add', 'dev2 0a94', 'dev4 bc57'])
    expect(queries[1]).toContain("'2026-11-22T10:57:04.632Z'")
    expect(await told(witness)).toEqual(['dev4 bc57'])
    await witness.close?.()
  })

  it('says once that it cannot ask, and once that it can again; nothing is lost', async () => {
    const witness = await open()
    there = 2
    await told(witness)
    status = 503
    const unavailable = { code: 'puppetdb-unavailable' }
    await expect(witness.sightings(call)).rejects.toMatchObject(unavailable)
    await expect(witness.sightings(call)).rejects.toMatchObject(unavailable)
    status = 200
    there = 3
    expect(await told(witness)).toContain('dev1 7add')
    const loud = notices.filter(({ level }) => level !== 'debug').map(({ code }) => code)
    expect(loud).toEqual(['puppetdb-witness-away', 'puppetdb-witness-back'])
    await witness.close?.()
  })

  it('gives the reports of some runs with what their logs tell', async () => {
    const witness = await open()
    const runs = ROWS.slice(0, 2).map(({ transaction_uuid: run }) => run)
    const found = await witness.withLogs!([...runs, 'unknown'], call)
    expect(found.map(({ run }) => run)).toEqual(runs)
    expect(found[0]?.evidence.facts).toMatchObject({ failedCommands: 0 })
    expect(await witness.withLogs!([], call)).toEqual([])
    expect(queries).toHaveLength(1)
    await witness.close?.()
  })

  it('says once that it cannot read logs, and asks on', async () => {
    const witness = await open()
    status = 503
    const ask = (): Promise<unknown> => witness.withLogs!(['a'], call)
    await expect(ask()).rejects.toMatchObject({ code: 'puppetdb-unavailable' })
    await expect(ask()).rejects.toMatchObject({ code: 'puppetdb-unavailable' })
    status = 200
    expect(await ask()).toEqual([])
    const loud = notices.filter(({ level }) => level !== 'debug').map(({ code }) => code)
    expect(loud).toEqual(['puppetdb-witness-logs'])
    await witness.close?.()
  })
})
