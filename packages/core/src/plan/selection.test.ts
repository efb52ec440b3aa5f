import { describe, expect, it } from 'vitest'
import type { Environment } from '../environment/environment.js'
import { isCodedError, type CodedError } from '../errors/coded-error.js'
import { sha256 } from '../ports/system.js'
import { lampSite, site } from '../testing/index.js'
import { planDocument, type PlanDocument } from './document.js'
import { makePlan } from './make-plan.js'
import type { Selection } from './plan.js'
import { WHOLE_SITE } from './select.js'

const plan = (environment: Environment, selection: Partial<Selection>): PlanDocument =>
  planDocument(makePlan(environment, { ...WHOLE_SITE, ...selection }, sha256))

function refusal(environment: Environment, selection: Partial<Selection>): CodedError {
  try {
    plan(environment, selection)
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('not refused')
}

/** Two applications on the same nodes; blog's order is that of shop, turned around, but for one edge. */
const shared = site()
  .application('Shop[eu]')
  .component('Shop::Db[eu]', 'a', { produces: ['Sql[shop]'] })
  .component('Shop::Web[eu]', 'b', { consumes: ['Sql[shop]'], produces: ['Http[shop]'] })
  .component('Shop::Proxy[eu]', 'c', { consumes: ['Http[shop]'] })
  .application('Blog[x]')
  .component('Blog::Db[x]', 'b', { produces: ['Sql[blog]'], consumes: ['Cache[blog]'] })
  .component('Blog::Web[x]', 'a', { consumes: ['Sql[blog]'] })
  .component('Blog::Cache[x]', 'd', { produces: ['Cache[blog]'] })
  .component('Blog::Proxy[x]', 'c', { consumes: ['Sql[blog]'] })
  .application('Other[y]')
  .component('Other::Part[y]', 'e')
  .build()

describe('instances', () => {
  it('select the nodes that carry them, and show what is applied there too', () => {
    const document = plan(shared, { instances: ['Shop[eu]'] })
    expect(document.applications).toEqual(['Shop[eu]'])
    expect(document.also_applied).toEqual(['Blog[x]'])
    expect(Object.keys(document.nodes)).toEqual(['a', 'b', 'c'])
    expect(document.nodes.c).toEqual({
      'Blog[x]': ['Blog::Proxy[x]'],
      'Shop[eu]': ['Shop::Proxy[eu]'],
    })
  })

  it('keep the edges of other applications, but for one that would close a cycle', () => {
    const document = plan(shared, { instances: ['Shop[eu]'] })
    expect(document.edges.map(({ from, to }) => `${from} -> ${to}`)).toEqual(['a -> b', 'b -> c'])
    expect(document.edges[1]?.because.map(({ consumer }) => consumer)).toEqual([
      'Shop::Proxy[eu]',
      'Blog::Proxy[x]',
    ])
    expect(document.ignored).toEqual([
      {
        from: 'b',
        to: 'a',
        because: [{ capability: 'Sql[blog]', producer: 'Blog::Db[x]', consumer: 'Blog::Web[x]' }],
      },
    ])
  })

  it('assume the producers outside, of applications that are applied too as well', () => {
    expect(plan(shared, { instances: ['Shop[eu]'] }).assumed).toEqual([
      {
        capability: 'Cache[blog]',
        consumer: 'Blog::Db[x]',
        consumer_node: 'b',
        producer: 'Blog::Cache[x]',
        producer_node: 'd',
        why: 'outside',
      },
    ])
  })

  it('name what an application applied too consumes and nobody makes', () => {
    const environment = site()
      .application('Good[1]')
      .component('P[1]', 'a')
      .application('Bad[1]')
      .component('Q[1]', 'a', { consumes: ['Sql[none]'] })
      .build()
    expect(plan(environment, { instances: ['Good[1]'] }).unproduced).toEqual([
      { capability: 'Sql[none]', consumer: 'Q[1]', consumer_node: 'a' },
    ])
  })

  it('given twice count once', () => {
    const twice = plan(shared, { instances: ['Other[y]', 'Other[y]'] })
    expect(twice).toEqual(plan(shared, { instances: ['Other[y]'] }))
    expect(twice.selection.instances).toEqual(['Other[y]'])
  })

  it.each<[string, string]>([
    ['Lamp[ap1]', 'Did you mean Lamp[app1] or Lamp[app2]?'],
    ['lamp[APP1]', 'Did you mean Lamp[app1] or Lamp[app2]?'],
    ['app2', 'Did you mean Lamp[app2]?'],
    ['Wiki[none]', 'The applications of the site are Lamp[app1], Lamp[app2].'],
  ])('that do not exist are refused with what may have been meant: %s', (name, hint) => {
    const error = refusal(lampSite(2, 1), { instances: [name] })
    expect(error).toMatchObject({
      code: 'plan-unknown-instance',
      exit: 1,
      message: `The site has no application ${name}.`,
      place: '--instance',
      hint,
    })
  })

  it('that do not exist are refused on an empty site too', () => {
    expect(refusal(site().build(), { instances: ['Lamp[x]'] }).hint).toBe(
      'There are no applications of the site.',
    )
  })

  it('with hostile names are unknown', () => {
    for (const name of ['__proto__', 'constructor', '']) {
      expect(refusal(shared, { instances: [name] }).code).toBe('plan-unknown-instance')
    }
  })
})

describe('exclude', () => {
  it('drops a node and all that depends on it, by name', () => {
    const document = plan(lampSite(2, 2), { exclude: ['db1.example.net'] })
    expect(document.dropped).toEqual([
      { node: 'db1.example.net', why: 'excluded' },
      { node: 'web1-1.example.net', why: 'dependent', of: 'db1.example.net' },
      { node: 'web1-2.example.net', why: 'dependent', of: 'db1.example.net' },
    ])
    expect(document.groups).toEqual([
      ['db2.example.net'],
      ['web2-1.example.net', 'web2-2.example.net'],
    ])
    expect(document.assumed).toEqual([])
  })

  it('does not drop over an ignored edge; the producer is assumed then', () => {
    const document = plan(shared, { instances: ['Shop[eu]'], exclude: ['b'] })
    expect(document.dropped.map(({ node }) => node)).toEqual(['b', 'c'])
    expect(document.groups).toEqual([['a']])
    expect(document.assumed.map(({ producer }) => producer)).toEqual(['Blog::Db[x]'])
    expect(document.ignored).toEqual([])
  })

  it('of a node in a circle leaves a plan of the rest', () => {
    const environment = site()
      .application('A[1]')
      .component('L[1]', 'a', { produces: ['Sql[a]'], consumes: ['Sql[b]'] })
      .component('R[1]', 'b', { produces: ['Sql[b]'], consumes: ['Sql[a]'] })
      .component('S[1]', 'c')
      .build()
    expect(plan(environment, { exclude: ['a'] }).groups).toEqual([['c']])
    expect(plan(environment, { assumeDone: ['a'] }).groups).toEqual([['b', 'c']])
  })

  it('of every node leaves none', () => {
    const document = plan(lampSite(1, 2), { exclude: ['db1.example.net'] })
    expect(document.groups).toEqual([])
    expect(document.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  it('of a node that was not selected changes nothing', () => {
    const document = plan(shared, { instances: ['Shop[eu]'], exclude: ['e'] })
    expect(document.dropped).toEqual([])
  })
})

describe('assume-done', () => {
  it('takes a node out of the plan and lists whom it is assumed for', () => {
    const document = plan(lampSite(1, 2), { assumeDone: ['db1.example.net'] })
    expect(document.groups).toEqual([['web1-1.example.net', 'web1-2.example.net']])
    expect(document.assumed.map(({ consumer_node, why }) => [consumer_node, why])).toEqual([
      ['web1-1.example.net', 'assume-done'],
      ['web1-2.example.net', 'assume-done'],
    ])
    expect(document.dropped).toEqual([])
  })

  it('says of a producer outside the selection that the operator vouches for it', () => {
    const document = plan(shared, { instances: ['Shop[eu]'], assumeDone: ['d'] })
    expect(document.assumed.map(({ why }) => why)).toEqual(['assume-done'])
  })

  it('stops what exclude drops', () => {
    const environment = site()
      .application('A[1]')
      .component('P[1]', 'a', { produces: ['Sql[a]'] })
      .component('P[2]', 'b', { produces: ['Sql[b]'], consumes: ['Sql[a]'] })
      .component('P[3]', 'c', { consumes: ['Sql[b]'] })
      .build()
    const document = plan(environment, { exclude: ['a'], assumeDone: ['b'] })
    expect(document.groups).toEqual([['c']])
  })
})

describe('nodes that the site does not know', () => {
  it.each<[keyof Selection, string]>([
    ['exclude', '--exclude'],
    ['assumeDone', '--assume-done'],
  ])('are refused for %s', (key, place) => {
    const error = refusal(lampSite(1, 2), { [key]: ['db1.example.com'] })
    expect(error).toMatchObject({
      code: 'plan-unknown-node',
      exit: 1,
      message: 'The site has no node db1.example.com.',
      place,
      hint: expect.stringContaining('Did you mean db1.example.net') as string,
    })
  })

  it('are told together with unknown instances and contradictions', () => {
    const error = refusal(lampSite(1, 1), {
      instances: ['X[1]'],
      exclude: ['y', 'db1.example.net'],
      assumeDone: ['z', 'db1.example.net'],
    })
    expect(error.problems.map(({ code, place }) => `${code} ${place}`)).toEqual([
      'plan-unknown-instance --instance',
      'plan-unknown-node --assume-done',
      'plan-unknown-node --exclude',
      'plan-selection-conflict --exclude',
    ])
  })
})
