import { describe, expect, it } from 'vitest'
import type { PuppetDbCatalogOptions } from '../src/puppetdb/options.js'
import { component, json, servePuppetDb, type Row } from './puppetdb-server.js'
import { answer, ask, serve, type Reaction } from './server.js'

const [DB, WEB] = ['db.example.net', 'web.example.net']
const STORED = [
  component(DB, 'Lamp::Mysql[app1]', 'Lamp[app1]', { produces: ['Sql[app1]'] }),
  component(WEB, 'Lamp::Webapp[old]', 'Lamp[app1]', { consumes: ['Sql[app1]'] }),
]
const nodeOf = (certname: string, environment = 'production') => ({
  certname,
  catalog_environment: environment,
  catalog_timestamp: '2026-05-31T23:59:00.000Z',
  report_timestamp: '2026-05-31T23:59:00.000Z',
})

/** What Puppet Server answers to a compilation, cut to what is read. */
function catalog(rows: readonly Row[], environment = 'production'): string {
  const resources = rows.map(({ certname: _, ...rest }) => ({
    type: 'Choirmaster::Component',
    ...rest,
  }))
  const others = [
    { type: 'Class', title: 'main' },
    { type: 'File', title: '/etc/motd' },
  ]
  return json({ catalog: { environment, resources: [...others, ...resources] } })
}

interface Sent {
  readonly certname: string
  readonly environment: string
  readonly persistence: unknown
}

/** Reads the graph with a Puppet Server that compiles as `compile` says. */
async function asked(
  compile: (certname: string) => Reaction,
  options: PuppetDbCatalogOptions = { fresh: true },
  nodes = [nodeOf(DB), nodeOf(WEB)],
) {
  const sent: Sent[] = []
  const db = await servePuppetDb({ resources: STORED, nodes })
  const puppet = await serve((head, body) => {
    expect(head).toMatch(/^POST \/puppet\/v4\/catalog HTTP/)
    const question = JSON.parse(body) as Sent
    sent.push(question)
    return compile(question.certname)
  })
  const urls = { url: db.url, serverUrl: puppet.url }
  const { result, notices } = await ask({ options: { ...urls, ...options } }, 'puppetdb')
  return { result, notices, sent, puppet }
}

const titles = (result: PromiseSettledResult<{ applications: object }>): unknown =>
  result.status === 'rejected'
    ? result.reason
    : Object.values(result.value.applications)
        .flatMap((one: object) => Object.keys(one))
        .sort()

describe('a fresh graph', () => {
  const NOW: Readonly<Record<string, readonly Row[]>> = {
    [DB]: [STORED[0] as Row],
    [WEB]: [component(WEB, 'Lamp::Webapp[new]', 'Lamp[app1]', { consumes: ['Sql[app1]'] })],
  }
  const compiles = (certname: string): string => catalog(NOW[certname] ?? [])

  it('is what all nodes of the environment compile to now', async () => {
    const nodes = [nodeOf(DB), nodeOf(WEB), nodeOf('dev.example.net', 'testing')]
    const { result, sent, notices, puppet } = await asked(compiles, { fresh: true }, nodes)
    expect(titles(result)).toEqual(['Lamp::Mysql[app1]', 'Lamp::Webapp[new]'])
    expect(sent.map(({ certname }) => certname).sort()).toEqual([DB, WEB])
    expect(sent[0]).toMatchObject({
      environment: 'production',
      persistence: { facts: false, catalog: false },
    })
    expect(puppet.clients).toContain('rip.mcollective')
    expect(notices.at(-1)?.message).toBe('The graph is from 2 catalogs compiled now')
  })

  it('has the others from PuppetDB where only some are compiled, one that PuppetDB does not know too', async () => {
    const added = 'web2.example.net'
    const compile = (certname: string): string => {
      expect(certname).toBe(added)
      return catalog([component(added, 'Lamp::Webapp[2]', 'Lamp[app1]')])
    }
    const { result, notices } = await asked(compile, { fresh: [added], persist: true })
    expect(titles(result)).toEqual(['Lamp::Mysql[app1]', 'Lamp::Webapp[2]', 'Lamp::Webapp[old]'])
    expect(notices.at(-1)?.message).toMatch(
      /^The graph is from 1 catalog compiled now, and from 2 catalogs, compiled from /,
    )
  })

  it('is kept by PuppetDB where that is asked for', async () => {
    const { sent } = await asked(compiles, { fresh: true, persist: true })
    expect(sent[0]?.persistence).toEqual({ facts: false, catalog: true })
  })

  it('is without a node that a classifier puts into another environment', async () => {
    const compile = (certname: string): string =>
      certname === WEB ? catalog(NOW[WEB] as Row[], 'testing') : compiles(certname)
    const { result } = await asked(compile)
    expect(titles(result)).toEqual(['Lamp::Mysql[app1]'])
  })

  it('is checked as one that PuppetDB has', async () => {
    const twice = component(WEB, 'Lamp::Mysql[b]', 'Lamp[b]', { produces: ['Sql[app1]'] })
    const { result } = await asked((certname) =>
      certname === WEB ? catalog([twice]) : compiles(certname),
    )
    expect(titles(result)).toMatchObject({
      code: 'puppetdb-capability-twice',
      place: expect.stringMatching(/^(db|web)\.example\.net$/),
    })
  })

  const text = (status: string, words: string): string =>
    answer(status, { 'Content-Type': 'text/plain;charset=utf-8' }, words)

  it('403 shows the rule to add, in both forms', async () => {
    const forbidden =
      'Forbidden request: /puppet/v4/catalog (method :post). Please see the server logs for details.'
    const { result } = await asked(() => text('403 Forbidden', forbidden))
    const reason = titles(result) as { code: string; hint: string; message: string }
    expect(reason.code).toBe('fresh-forbidden')
    expect(reason.message).toContain('rip.mcollective')
    expect(reason.hint).toContain(
      'match-request: { path: "/puppet/v4/catalog", type: path, method: post }',
    )
    expect(reason.hint).toContain("puppet_authorization::rule { 'catalogs for choirmaster':")
    expect(reason.hint.match(/rip\.mcollective/g)).toHaveLength(2)
  })

  it.each([
    ['404 Not Found', 'fresh-not-there'],
    ['503 Service Unavailable', 'fresh-busy'],
    ['500 Server Error', 'fresh-compile-failed'],
    ['400 Bad Request', 'fresh-compile-failed'],
  ])('%s is %s', async (status, code) => {
    const { result } = await asked(() => text(status, 'why'))
    expect(titles(result)).toMatchObject({ code })
  })

  it('names each node that does not compile, and where in the code', async () => {
    const why =
      'Evaluation Error: Unknown variable (file: /etc/site.pp, line: 7) on node web.example.net'
    const { result } = await asked(() => text('500 Server Error', why))
    expect(titles(result)).toMatchObject({
      message: expect.stringMatching(/^The catalog of db\.example\.net .*\(and 1 more problem\)$/),
      place: '/etc/site.pp:7',
      problems: [{ code: 'fresh-compile-failed' }, { code: 'fresh-compile-failed' }],
    })
  })

  it('is not taken from JSON that is no catalog', async () => {
    const { result } = await asked(() => json({ catalog: [] }))
    expect(titles(result)).toMatchObject({ code: 'fresh-answer' })
  })
})
