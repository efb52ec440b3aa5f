import { isCodedError, makePlan, WHOLE_SITE } from '@choirmaster/core'
import type { CodedError } from '@choirmaster/core/provide'
import { sha256 } from '@choirmaster/core/system'
import type { Row } from '@choirmaster/puppet-client'
import { describe, expect, it } from 'vitest'
import { component } from '../../test/puppetdb-server.js'
import { problemFinder } from './find-problems.js'
import { quickGraph } from './quick-graph.js'

const MYSQL = component('dev1.example.net', 'Lamp::Mysql[app1]', 'Lamp[app1]', {
  produces: ['Sql[app1]'],
})
const WEB = component('dev2.example.net', 'Lamp::Webapp[app1]', 'Lamp[app1]', {
  consumes: ['Sql[app1]'],
})
const GOOD = [MYSQL, WEB]

const on = (row: Row, certname: unknown, more: object = {}): Row => ({ ...row, certname, ...more })
const called = (row: Row, title: unknown): Row => ({ ...row, title })
const withParameters = (row: Row, parameters: unknown): Row => ({ ...row, parameters })
const changed = (row: Row, parameters: object): Row =>
  withParameters(row, { ...(row['parameters'] as object), ...parameters })
const without = (row: Row, field: string): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== field))

/** Source to plan, as each command goes. */
async function refusal(rows: readonly Row[]): Promise<CodedError> {
  try {
    const [graph, finder] = [quickGraph('production'), problemFinder()]
    graph.add(rows)
    finder.add(rows)
    const [environment, found] = [graph.build([]), finder.error()]
    // What one of them refuses the other does.
    expect(environment === undefined).toBe(found !== undefined)
    if (environment === undefined) throw found
    makePlan(environment, WHOLE_SITE, sha256)
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('not refused')
}

interface Bad {
  readonly rows: readonly Row[]
  readonly code: string
  /** All must be in the message: the component and the certname among them. */
  readonly says: readonly string[]
}
const one = (row: Row, code: string, ...says: string[]): Bad => ({ rows: [row], code, says })

const MYSQL_ON_DEV1 = 'Lamp::Mysql[app1] on dev1.example.net (/etc/site.pp:3)'
const WEB_ON_DEV2 = 'Lamp::Webapp[app1] on dev2.example.net (/etc/site.pp:3)'

const BAD: Readonly<Record<string, Bad>> = {
  'a capability of two producers': {
    rows: [
      ...GOOD,
      component('dev3.example.net', 'Lamp::Mysql[b]', 'Lamp[b]', { produces: ['Sql[app1]'] }),
    ],
    code: 'puppetdb-capability-twice',
    says: ['Sql[app1] is produced by both', MYSQL_ON_DEV1, 'Lamp::Mysql[b] on dev3.example.net'],
  },
  'a capability of two producers on one node': {
    rows: [MYSQL, called(MYSQL, 'Lamp::Mysql[b]')],
    code: 'puppetdb-capability-twice',
    says: ['Sql[app1] is produced by both', MYSQL_ON_DEV1, 'Lamp::Mysql[b] on dev1.example.net'],
  },
  'a component on two nodes': {
    rows: [MYSQL, on(MYSQL, 'dev9.example.net'), WEB],
    code: 'puppetdb-component-twice',
    says: [`${MYSQL_ON_DEV1} is declared on dev9.example.net too`],
  },
  'a component on two nodes, of two applications': {
    rows: [WEB, on(changed(WEB, { application: 'Lamp[b]' }), 'dev9.example.net')],
    code: 'puppetdb-component-twice',
    says: [WEB_ON_DEV2, 'on dev9.example.net too (of Lamp[app1] and of Lamp[b])'],
  },
  'an exported component that another node collected': {
    rows: [on(MYSQL, 'dev0.example.net'), { ...MYSQL, exported: true }, WEB],
    code: 'puppetdb-component-collected',
    says: [MYSQL_ON_DEV1, 'is exported, and collected on dev0.example.net'],
  },
  'an exported component, the copy of which comes later': {
    rows: [{ ...MYSQL, exported: true }, on(MYSQL, 'dev3.example.net'), WEB],
    code: 'puppetdb-component-collected',
    says: [MYSQL_ON_DEV1, 'collected on dev3.example.net'],
  },
  'a component that two nodes export': {
    rows: [{ ...MYSQL, exported: true }, on(MYSQL, 'dev3.example.net', { exported: true })],
    code: 'puppetdb-component-twice',
    says: [MYSQL_ON_DEV1, 'declared on dev3.example.net too'],
  },
  'a capability without a producer': {
    rows: [WEB],
    code: 'plan-missing-producer',
    says: ['Lamp::Webapp[app1] on dev2.example.net consumes Sql[app1]'],
  },
  'two nodes that wait for each other': {
    rows: [
      changed(MYSQL, { consumes: ['Http[app1]'] }),
      changed(WEB, { produces: ['Http[app1]'] }),
    ],
    code: 'plan-cycle',
    says: ['dev1.example.net', 'dev2.example.net'],
  },
  'a component without a node': one(
    without(MYSQL, 'certname'),
    'puppetdb-node-missing',
    'Lamp::Mysql[app1] (/etc/site.pp:3): it has no node',
  ),
  'a component whose node is empty': one(
    on(MYSQL, ''),
    'puppetdb-node-missing',
    'Lamp::Mysql[app1]',
  ),
  'a component whose node is null': one(
    on(MYSQL, null),
    'puppetdb-node-missing',
    'Lamp::Mysql[app1]',
  ),
  'a component on all nodes': one(
    on(MYSQL, '*.example.net'),
    'puppetdb-node-missing',
    'Lamp::Mysql[app1] on *.example.net',
    '"*.example.net" can be no node',
  ),
  'a bare title': one(
    called(MYSQL, 'mysql'),
    'puppetdb-reference',
    'mysql on dev1.example.net (/etc/site.pp:3): its title "mysql" is no reference',
  ),
  'no title': one(
    without(MYSQL, 'title'),
    'puppetdb-parameter',
    'A component without a title on dev1.example.net',
  ),
  'a title of one letter in the wrong case': one(
    called(MYSQL, 'Lamp::mysql[app1]'),
    'puppetdb-reference',
    'Lamp::mysql[app1] on dev1.example.net',
  ),
  'a bare application': one(
    changed(WEB, { application: 'app1' }),
    'puppetdb-reference',
    `${WEB_ON_DEV2}: application "app1" is no reference`,
  ),
  'no application': one(
    withParameters(WEB, { consumes: [] }),
    'puppetdb-parameter',
    `${WEB_ON_DEV2}: it names no application`,
  ),
  'an application that is a list': one(
    changed(WEB, { application: ['Lamp[app1]'] }),
    'puppetdb-parameter',
    `${WEB_ON_DEV2}: application must be a reference, not a list`,
  ),
  'a bare product': one(
    changed(MYSQL, { produces: ['Sql[app1]', 'sql'] }),
    'puppetdb-reference',
    `${MYSQL_ON_DEV1}: produces[1] "sql" is no reference`,
  ),
  'a product that is not in a list': one(
    changed(MYSQL, { produces: 'Sql[app1]' }),
    'puppetdb-parameter',
    `${MYSQL_ON_DEV1}: produces must be a list of references, not a string`,
  ),
  'products that are null': one(
    changed(MYSQL, { produces: null }),
    'puppetdb-parameter',
    `${MYSQL_ON_DEV1}: produces must be a list of references, not null`,
  ),
  'a need without a title': one(
    changed(WEB, { consumes: ['Sql[]'] }),
    'puppetdb-reference',
    `${WEB_ON_DEV2}: consumes[0] "Sql[]" is no reference`,
  ),
  'a need that is a number': one(
    changed(WEB, { consumes: [7] }),
    'puppetdb-parameter',
    `${WEB_ON_DEV2}: consumes[0] must be a reference, not a number`,
  ),
  'needs as a hash': one(
    changed(WEB, { consumes: { 'Sql[app1]': true } }),
    'puppetdb-parameter',
    `${WEB_ON_DEV2}: consumes must be a list of references, not a hash`,
  ),
  'no parameters': one(
    without(WEB, 'parameters'),
    'puppetdb-parameter',
    `${WEB_ON_DEV2}: its parameters must be a hash, not null`,
  ),
  'text that writes to the terminal': one(
    changed(WEB, { consumes: ['\u001b[2Jsql'] }),
    'puppetdb-reference',
    `${WEB_ON_DEV2}: consumes[0] "[2Jsql" is no reference`,
  ),
}

describe('a graph in PuppetDB is refused for', () => {
  it.each(Object.entries(BAD))('%s', async (_, { rows, code, says }) => {
    const error = await refusal(rows)
    expect(error).toMatchObject({ code })
    for (const text of says) expect(error.message).toContain(text)
    expect(error.hint).not.toBe('')
    expect(error.place).not.toBe(undefined)
  })

  it('nothing where it is good', async () => {
    await expect(refusal(GOOD)).rejects.toThrow('not refused')
  })

  it('all that is wrong with it at once, as far as that can be listed', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => component(`node${n}`, `part${n}`, n))
    const error = await refusal(rows)
    expect(error.problems).toHaveLength(50)
    expect(error.more).toBe(70)
    expect(error.problems.slice(0, 2).map(({ code, place }) => [code, place])).toEqual([
      ['puppetdb-reference', 'node0'],
      ['puppetdb-parameter', 'node0'],
    ])
    expect(error.message).toContain('(and at least 119 more problems)')
  })
})
