import { makePlan, parseEnvironment, planDocument, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { describe, expect, it } from 'vitest'
import type { PuppetDbCatalogOptions } from '../src/puppetdb/options.js'
import {
  component,
  json,
  queryOf,
  recordedComponents,
  servePuppetDb,
  type Stored,
} from './puppetdb-server.js'
import {
  answer,
  ask,
  closedPort,
  document,
  environment,
  failure,
  INSISTS,
  recorded,
  serve,
} from './server.js'

const LAMP = [
  component('db.example.net', 'Lamp::Mysql[app1]', 'Lamp[app1]', { produces: ['Sql[app1]'] }),
  component('web.example.net', 'Lamp::Webapp[app1]', 'Lamp[app1]', { consumes: ['Sql[app1]'] }),
]

async function asked(stored: Stored, options: PuppetDbCatalogOptions = {}, name?: string) {
  const server = await servePuppetDb(stored)
  const named = { options: { url: server.url, ...options } }
  const { result, notices, findings } = await ask(
    { ...named, ...(name !== undefined && { environment: name }) },
    'puppetdb',
  )
  const queries = server.requests.map(queryOf)
  if (result.status === 'fulfilled')
    return { value: result.value, queries, notices, findings, server }
  return { reason: result.reason, queries, notices, findings, server }
}

describe('the graph', () => {
  it('that a real PuppetDB answered with gives the very plan of the LAMP document', async () => {
    const type = 'Orchestrator::Component'
    const resources = recordedComponents().map((row) => ({ ...row, type }))
    const { value } = await asked({ resources }, { type })
    const plan = (site: typeof value) =>
      planDocument(makePlan(site as NonNullable<typeof value>, WHOLE_SITE, sha256))
    expect(plan(value)).toEqual(plan(await parseEnvironment(document('lamp'))))
    expect(plan(value).edges).toHaveLength(3)
  })

  it('is asked for with one query, ordered and bounded, as the operator', async () => {
    const { value, queries, server } = await asked({ resources: LAMP })
    expect(value).toEqual({
      environment: 'production',
      applications: {
        'Lamp[app1]': {
          'Lamp::Mysql[app1]': { node: 'db.example.net', produces: ['Sql[app1]'], consumes: [] },
          'Lamp::Webapp[app1]': { node: 'web.example.net', produces: [], consumes: ['Sql[app1]'] },
        },
      },
    })
    expect(queries).toEqual([
      "resources[certname, title, parameters, exported, file, line]{ type = 'Choirmaster::Component' " +
        "and environment = 'production' order by certname, title limit 20000 offset 0 }",
      'nodes[certname, catalog_timestamp, report_timestamp, deactivated, expired]{ catalog_environment = ' +
        "'production' and node_state = 'any' order by certname limit 20000 offset 0 }",
    ])
    expect(server.clients).toEqual(['rip.mcollective'])
  })

  it('is that of the environment which was asked for', async () => {
    const other = { ...component('dev.example.net', 'Part[x]'), environment: 'testing' }
    const stored = {
      resources: [...LAMP, other],
      nodes: [{ certname: 'dev.example.net', catalog_environment: 'testing' }],
    }
    const { value } = await asked(stored, {}, 'testing')
    expect(value).toEqual({
      environment: 'testing',
      applications: {
        'Lamp[app1]': { 'Part[x]': { node: 'dev.example.net', produces: [], consumes: [] } },
      },
    })
  })

  it('takes parameters that are left out for none, and free text as titles', async () => {
    const row = {
      certname: 'a',
      title: 'A[x [1] "é"]',
      parameters: { application: 'B[__proto__]' },
    }
    const { value } = await asked({ resources: [row] })
    expect(value?.applications['B[__proto__]']).toEqual({
      'A[x [1] "é"]': { node: 'a', produces: [], consumes: [] },
    })
  })

  it('may name a capability twice in one component', async () => {
    const twice = component('a', 'A[1]', 'B[1]', { produces: ['C[1]', 'C[1]'] })
    expect((await asked({ resources: [twice] })).value).toBeDefined()
  })

  it('is not asked for where the environment can have no such name', async () => {
    const { reason, queries } = await asked({ resources: LAMP }, {}, "x' or true")
    expect(reason).toMatchObject({ code: 'puppet-environment-name' })
    expect(queries).toEqual([])
  })

  it('has the orders that exported resources make, where types are named', async () => {
    const exported = (certname: string, exported: boolean) => ({
      ...{ certname, type: 'Haproxy::Member', title: 'web', exported },
    })
    const resources = [
      ...LAMP,
      exported('web.example.net', true),
      exported('lb.example.net', false),
      { ...exported('db.example.net', false), type: 'File' },
    ]
    const { value, queries } = await asked({ resources }, { exported: ['Haproxy::Member'] })
    expect(value?.edges).toEqual([
      { from: 'web.example.net', to: 'lb.example.net', origin: 'exported Haproxy::Member[web]' },
    ])
    expect(queries[0]).toBe(
      "resources[certname, type, title, exported]{ type in ['Haproxy::Member'] and environment = 'production' " +
        'order by certname, type, title limit 20000 offset 0 }',
    )
    const plan = makePlan(value as NonNullable<typeof value>, WHOLE_SITE, sha256)
    expect(plan.nodes).toContain('lb.example.net')
    expect((await asked({ resources })).value?.edges).toBe(undefined)
  })

  it('is read again where it was in disorder only once', async () => {
    const [first] = LAMP
    const bad = JSON.stringify([{ ...first, title: 'mysql' }])
    let reads = 0
    const { url } = await serve((head) => {
      const isFirst = queryOf(head).startsWith('resources') && reads++ === 0
      return isFirst ? json(JSON.parse(bad)) : json(queryOf(head).startsWith('nodes') ? [] : LAMP)
    })
    const found = await environment({ options: { url } }, 'puppetdb')
    expect(Object.keys(found.applications['Lamp[app1]'] ?? {})).toHaveLength(2)
    expect(reads).toBe(3)
  })

  it('is read page by page from a large site', async () => {
    const resources = Array.from({ length: 21_000 }, (_, n) =>
      component(`node${n >> 2}.example.net`, `Part[${n}]`),
    )
    const { value, queries, notices } = await asked({ resources })
    expect(Object.keys(value?.applications['Lamp[app1]'] ?? {})).toHaveLength(21_000)
    const offsets = queries
      .filter((one) => one.startsWith('resources'))
      .map((one) => /offset (\d+)/.exec(one)?.[1])
    expect(offsets).toEqual(['0', '19999'])
    expect(notices.filter(({ code }) => code === 'puppetdb-progress')).toMatchObject([
      { level: 'info', message: '20000 components read from PuppetDB' },
    ])
  })
})

describe('what is told beside the graph', () => {
  // The clock of the host says 2026-06-01T00:00:00Z.
  const node = (certname: string, catalog: string, report: string | null, more: object = {}) => ({
    certname,
    catalog_environment: 'production',
    catalog_timestamp: catalog,
    report_timestamp: report,
    ...more,
  })

  it('is how old its catalogs are', async () => {
    const nodes = [
      node('db.example.net', '2026-05-31T23:59:00.123Z', '2026-05-31T23:59:00.000Z'),
      node('web.example.net', '2026-05-29T00:00:00.000Z', null),
      node('other.example.net', '2020-01-01T00:00:00.000Z', null),
    ]
    const { notices } = await asked({ resources: LAMP, nodes })
    expect(notices).toEqual([
      {
        level: 'info',
        code: 'puppetdb-catalogs',
        message:
          'The graph is from 2 catalogs, compiled from 2026-05-29T00:00:00Z (3 days ago, web.example.net) ' +
          'to 2026-05-31T23:59:00Z (60 s ago)',
      },
    ])
  })

  it('is which of its nodes sent no report for so long', async () => {
    const now = '2026-06-01T00:00:00.000Z'
    const nodes = [
      node('db.example.net', now, '2026-05-31T22:59:59.000Z'),
      node('web.example.net', now, null),
      node('other.example.net', now, null),
    ]
    const told = async (maxAge: number) =>
      (await asked({ resources: LAMP, nodes }, { maxAge })).notices.slice(1)
    expect(await told(3600)).toEqual([
      {
        level: 'warning',
        code: 'puppetdb-no-report',
        message: 'Not ready: no report within 60 min from 2 nodes: db.example.net, web.example.net',
      },
    ])
    expect((await told(3601))[0]?.message).toBe(
      'Not ready: no report within 60 min from 1 node: web.example.net',
    )
  })

  it('speaks against nodes that sent no report for so long, and else against none', async () => {
    const now = '2026-06-01T00:00:00.000Z'
    const nodes = [
      node('db.example.net', now, '2026-05-31T22:59:59.000Z'),
      node('web.example.net', now, null),
      node('other.example.net', now, null),
    ]
    const { findings } = await asked({ resources: LAMP, nodes }, { maxAge: 3600 })
    expect(findings && [...findings]).toMatchObject([
      [
        'db.example.net',
        {
          code: 'puppetdb-no-report',
          message:
            'PuppetDB has no report of it within 60 min: its last is of 2026-05-31T22:59:59Z',
          blocks: true,
        },
      ],
      [
        'web.example.net',
        { message: 'PuppetDB has no report of it within 60 min: it never sent one' },
      ],
    ])
    expect((await asked({ resources: LAMP, nodes })).findings?.size).toBe(0)
  })

  it('is which nodes with components expired; those that were deactivated are gone', async () => {
    const [then, now] = ['2026-05-01T00:00:00.000Z', '2026-05-31T00:00:00.000Z']
    const nodes = [
      ...['db.example.net', 'web.example.net'].map((name) => node(name, now, now)),
      node('old1.example.net', then, then, { expired: now }),
      node('old2.example.net', then, then, { expired: now }),
      node('gone.example.net', then, then, { expired: now, deactivated: now }),
    ]
    const resources = [
      ...LAMP,
      component('old1.example.net', 'Lamp::Webapp[old]'),
      component('gone.example.net', 'Lamp::Webapp[gone]'),
    ]
    const { value, notices } = await asked({ resources, nodes })
    expect(Object.keys(value?.applications['Lamp[app1]'] ?? {})).toHaveLength(2)
    expect(notices.slice(1)).toEqual([
      {
        level: 'warning',
        code: 'puppetdb-node-expired',
        message:
          'Not ready: 1 node with components expired in PuppetDB and left out: old1.example.net',
      },
    ])
  })
})

describe('an empty answer', () => {
  const nodes = (...names: [certname: string, environment: string | null][]) =>
    names.map(([certname, name]) => ({ certname, catalog_environment: name }))

  it('of an empty PuppetDB', async () => {
    const { reason, server } = await asked({ resources: [], nodes: [] })
    expect(reason).toMatchObject({ code: 'puppetdb-empty', exit: 1 })
    expect(reason.message).toBe(`localhost:${server.port} knows no node`)
  })

  it('of an environment that no node is in names those that there are', async () => {
    const stored = {
      resources: LAMP,
      nodes: nodes(['a', 'production'], ['b', 'testing'], ['c', 'testing'], ['d', null]),
    }
    const { reason } = await asked(stored, {}, 'prodution')
    expect(reason).toMatchObject({ code: 'puppetdb-environment', place: '--environment' })
    expect(reason.message).toMatch(
      /^localhost:\d+ has no catalog of the environment "prodution"; it has production \(1 node: a\), testing \(2 nodes: b, c\)$/,
    )
    expect(reason.hint).toBe('Did you mean production?')
  })

  it('of nodes that have no catalog yet', async () => {
    const { reason } = await asked({ resources: [], nodes: nodes(['a', null]) })
    expect(reason.code).toBe('puppetdb-environment')
    expect(reason.message).toContain('none of its 1 node has a catalog yet')
  })

  it('of an environment without the module names its nodes', async () => {
    const { reason } = await asked({ resources: [], nodes: nodes(['a', 'production']) })
    expect(reason.code).toBe('puppetdb-no-components')
    expect(reason.message).toBe(
      'None of the 1 node of the environment "production" declares a Choirmaster::Component: a',
    )
    expect(reason.hint).toContain('--noop')
  })
})

describe('an answer that is none', () => {
  const failed = async (reply: string | Buffer) => {
    const { url } = await serve(reply)
    return failure({ options: { url } }, 'puppetdb')
  }

  it('400: the diagram of PuppetDB', async () => {
    const found = await failed(recorded('pql_error', 'puppetdb'))
    expect(found.code).toBe('puppetdb-query-rejected')
    expect(found.message).toContain('PQL parse error at line 1, column 20')
    expect(found.place).toMatch(/\/pdb\/query\/v4$/)
  })

  it('403: the allowlist, and the name to add', async () => {
    const text = 'Permission denied for metrics'
    const found = await failed(answer('403 Forbidden', { 'Content-Type': 'text/plain' }, text))
    expect(found).toMatchObject({ code: 'puppetdb-forbidden', exit: 1 })
    expect(found.hint).toMatch(/Add rip\.mcollective .* certificate-allowlist/)
  })

  it.each([
    ['404 Not Found', 'puppetdb-not-there'],
    ['500 Server Error', 'puppetdb-unavailable'],
    ['503 Service Unavailable', 'puppetdb-unavailable'],
    ['302 Found', 'puppet-answer-unexpected'],
  ])('%s is %s', async (status, code) => {
    const found = await failed(answer(status, { 'Content-Type': 'text/plain' }, 'why'))
    expect(found.code).toBe(code)
    expect(found.hint).not.toBe('')
  })

  it.each([
    ['no list', json({}), 'puppet-answer-malformed'],
    ['a list of lists', json([[]]), 'puppet-answer-malformed'],
    ['cut', json([]).replace(/]$/, ' '), 'puppet-answer-malformed'],
    [
      'a page',
      answer('200 OK', { 'Content-Type': 'text/html' }, '<p>'),
      'puppet-answer-unexpected',
    ],
  ])('%s', async (_, reply, code) => {
    expect((await failed(reply)).code).toBe(code)
  })
})

describe('the server', () => {
  it('is found by its own SRV records before those of Puppet Server', async () => {
    const [closed, live] = [await closedPort(), await servePuppetDb({ resources: LAMP })]
    const srv = async (name: string) =>
      name === '_x-puppet-db._tcp.example.net'
        ? [closed, live.port].map((port, priority) => ({
            name: 'localhost.',
            port,
            priority,
            weight: 0,
          }))
        : []
    const { result, notices } = await ask({ system: { srv } }, 'puppetdb')
    expect(result).toMatchObject({ status: 'fulfilled' })
    // Once, though two queries were made: the one that answered is asked again.
    expect(notices.filter(({ code }) => code === 'puppet-unreachable')).toHaveLength(1)
    expect(live.requests).toHaveLength(2)
  })

  it('that cannot be reached is told as PuppetDB', async () => {
    const found = await failure({ options: { url: `localhost:${await closedPort()}` } }, 'puppetdb')
    expect(found.code).toBe('puppet-unreachable')
    expect(found.message).toMatch(/^No PuppetDB could be reached: localhost:\d+ \(option url\)/)
  })

  it('insists on a certificate, as PuppetDB does', async () => {
    const server = await servePuppetDb({ resources: LAMP }, INSISTS)
    expect(await environment({ options: { url: server.url } }, 'puppetdb')).toBeDefined()
    const asking = { options: { url: server.url, certname: 'foreign.mcollective' } }
    const found = await failure(asking, 'puppetdb')
    expect(['puppet-tls-refused', 'puppet-connection-lost', 'puppet-unreachable']).toContain(
      found.code,
    )
  })
})
