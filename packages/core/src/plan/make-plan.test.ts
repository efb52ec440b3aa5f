import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../environment/environment.js'
import { isCodedError, type CodedError } from '../errors/coded-error.js'
import { sha256 } from '../ports/system.js'
import { site } from '../testing/index.js'
import { planDocument, type PlanDocument } from './document.js'
import { makePlan } from './make-plan.js'
import type { Selection } from './plan.js'
import { WHOLE_SITE } from './select.js'

const fixture = (name: string): Environment =>
  JSON.parse(
    readFileSync(new URL(`../../test/fixtures/environment/${name}.json`, import.meta.url), 'utf8'),
  ) as Environment

const plan = (environment: Environment, selection: Partial<Selection> = {}): PlanDocument =>
  planDocument(makePlan(environment, { ...WHOLE_SITE, ...selection }, sha256))

function refusal(environment: Environment, selection: Partial<Selection> = {}): CodedError {
  try {
    plan(environment, selection)
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('not refused')
}

const messages = (error: CodedError): string[] => error.problems.map(({ message }) => message)
const ends = (document: PlanDocument): string[] =>
  document.edges.map(({ from, to }) => `${from} -> ${to}`)

describe('the groups of what Puppet answers', () => {
  it.each<[string, string[][]]>([
    ['lamp', [['dev1.example.net'], ['dev2.example.net', 'dev3.example.net', 'dev4.example.net']]],
    ['cross_app', [['db.example.net'], ['app.example.net'], ['front.example.net']]],
    ['empty', []],
    ['empty_site', []],
    ['empty_application', []],
    ['unknown_component-4.10.12', [['a.example.net']]],
  ])('%s', (name, groups) => {
    expect(plan(fixture(name)).groups).toEqual(groups)
  })

  it('an empty application is selected all the same', () => {
    expect(plan(fixture('empty_application')).applications).toEqual(['Lamp[app1]'])
    expect(plan(fixture('empty_application'), { instances: ['Lamp[app1]'] }).groups).toEqual([])
  })
})

describe('the plan of the LAMP site', () => {
  const document = plan(fixture('lamp'))

  it('says what each node carries', () => {
    expect(document.nodes['dev2.example.net']).toEqual({
      'Lamp[app1]': ['Lamp::Webapp[app1-1]'],
      'Lamp[app2]': ['Lamp::Webapp[app2-1]'],
    })
  })

  it('says why a node waits', () => {
    expect(document.edges[0]).toEqual({
      from: 'dev1.example.net',
      to: 'dev2.example.net',
      because: [
        {
          capability: 'Sql[app1]',
          producer: 'Lamp::Mysql[app1]',
          consumer: 'Lamp::Webapp[app1-1]',
        },
        {
          capability: 'Sql[app2]',
          producer: 'Lamp::Mysql[app2]',
          consumer: 'Lamp::Webapp[app2-1]',
        },
      ],
    })
    expect(document.edges).toHaveLength(3)
  })

  it('names the applications and assumes nothing', () => {
    expect(document).toMatchObject({
      schema: 'choirmaster.plan/1',
      environment: 'production',
      code_id: null,
      applications: ['Lamp[app1]', 'Lamp[app2]'],
      also_applied: [],
      assumed: [],
      unproduced: [],
      ignored: [],
      dropped: [],
    })
    expect(document.digest).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('oddities of the document', () => {
  it('node names that differ in case are two nodes, and the odd one is pointed out', () => {
    const environment = site()
      .application('A[1]')
      .component('P[1]', 'Db.example.net', { produces: ['Sql[x]'] })
      .component('P[2]', 'db.example.net', { consumes: ['Sql[x]'] })
      .build()
    const made = makePlan(environment, WHOLE_SITE, sha256)
    expect(planDocument(made).groups).toEqual([['Db.example.net'], ['db.example.net']])
    expect(made.suspectNames).toEqual(['Db.example.net'])
  })

  it('duplicates in consumes and produces count once', () => {
    const document = plan(
      site()
        .application('A[1]')
        .component('P[1]', 'a', { produces: ['Sql[x]', 'Sql[x]'] })
        .component('P[2]', 'b', { consumes: ['Sql[x]', 'Sql[x]'] })
        .build(),
    )
    expect(document.edges).toEqual([
      {
        from: 'a',
        to: 'b',
        because: [{ capability: 'Sql[x]', producer: 'P[1]', consumer: 'P[2]' }],
      },
    ])
  })

  it('titles are free text and never taken apart', () => {
    const capability = `Sql[My "App" [primary]]`
    const document = plan(
      site()
        .application(`Lamp[it's [é]]`)
        .component('P[a]b]', 'a', { produces: [capability] })
        .component('P[ ]', 'b', { consumes: [capability] })
        .build(),
    )
    expect(document.groups).toEqual([['a'], ['b']])
    expect(document.nodes.b).toEqual({ [`Lamp[it's [é]]`]: ['P[ ]'] })
  })

  it('a component reference in two applications is two components', () => {
    const document = plan(
      site()
        .application('A[1]')
        .component('P[x]', 'a', { produces: ['Sql[x]'] })
        .application('B[1]')
        .component('P[x]', 'b', { consumes: ['Sql[x]'] })
        .build(),
    )
    expect(document.groups).toEqual([['a'], ['b']])
    expect(document.nodes).toEqual({ a: { 'A[1]': ['P[x]'] }, b: { 'B[1]': ['P[x]'] } })
  })

  it('a hostile node name is a name', () => {
    const document = plan(
      site()
        .application('A[1]')
        .component('P[1]', '__proto__', { produces: ['Sql[constructor]'] })
        .component('P[2]', 'constructor', { consumes: ['Sql[constructor]'] })
        .build(),
    )
    expect(document.groups).toEqual([['__proto__'], ['constructor']])
    expect(JSON.stringify(document.nodes)).toBe(
      '{"__proto__":{"A[1]":["P[1]"]},"constructor":{"A[1]":["P[2]"]}}',
    )
  })

  it.each<[string | number | boolean | null, string | null]>([
    ['abc', 'abc'],
    [20161103, '20161103'],
    [false, 'false'],
    [null, null],
  ])('code_id %j', (codeId, expected) => {
    expect(plan(site().codeId(codeId).build()).code_id).toBe(expected)
  })
})

describe('seed defect 7: first producer wins', () => {
  const environment = site()
    .application('A[1]')
    .component('Early[1]', 'early', { produces: ['Sql[x]'] })
    .component('Base[1]', 'base', { produces: ['Http[base]'] })
    .component('Late[1]', 'late', { produces: ['Sql[x]'], consumes: ['Http[base]'] })
    .component('Web[1]', 'web', { consumes: ['Sql[x]'] })
    .build()

  it('a consumer waits for all producers of a capability', () => {
    const document = plan(environment)
    expect(document.groups).toEqual([['base', 'early'], ['late'], ['web']])
    expect(ends(document)).toEqual(['base -> late', 'early -> web', 'late -> web'])
  })

  it('also where one of them is assumed', () => {
    const document = plan(environment, { assumeDone: ['early'] })
    expect(ends(document)).toEqual(['base -> late', 'late -> web'])
    expect(document.assumed).toEqual([
      {
        capability: 'Sql[x]',
        consumer: 'Web[1]',
        consumer_node: 'web',
        producer: 'Early[1]',
        producer_node: 'early',
        why: 'assume-done',
      },
    ])
  })
})

describe('seed defect 8: self-satisfied nodes are declared impossible', () => {
  it('a node that consumes what it makes does not wait for itself', () => {
    const document = plan(fixture('self_edge'))
    expect(document.groups).toEqual([['a.example.net'], ['b.example.net']])
    expect(ends(document)).toEqual(['a.example.net -> b.example.net'])
  })

  it('a producer outside of the selection is assumed, and said so', () => {
    const document = plan(fixture('cross_app'), { instances: ['Web[blog]'] })
    expect(document.groups).toEqual([['app.example.net'], ['front.example.net']])
    expect(document.assumed).toEqual([
      {
        capability: 'Sql[shared]',
        consumer: 'Web::App[blog]',
        consumer_node: 'app.example.net',
        producer: 'Database::Mysql[shared]',
        producer_node: 'db.example.net',
        why: 'outside',
      },
    ])
  })
})

describe('seed defect 9: shallow validation and nameless errors', () => {
  it('a cycle of nodes is named with its path, components and capabilities', () => {
    const error = refusal(fixture('cycle'))
    expect(error).toMatchObject({ code: 'plan-cycle', exit: 3, place: 'a.example.net' })
    expect(messages(error)).toEqual([
      'Nodes wait for each other in a circle: a.example.net -> b.example.net -> a.example.net. ' +
        'b.example.net waits for a.example.net, as Lamp::Webapp[app1] consumes Sql[app1] of Lamp::Mysql[app1]. ' +
        'a.example.net waits for b.example.net, as Lamp::Webapp[app2] consumes Sql[app2] of Lamp::Mysql[app2].',
    ])
    expect(error.hint).toContain('--assume-done')
  })

  it('a cycle of components too', () => {
    expect(messages(refusal(fixture('cycle_component')))[0]).toContain(
      'Sql[l-r1] of Ring::Left[r1]',
    )
  })

  it('a cycle behind nodes that can run is found before any runs', () => {
    const error = refusal(
      site()
        .application('A[1]')
        .component('Seed[1]', 'seed', { produces: ['Sql[seed]'] })
        .component('L[1]', 'a', { produces: ['Sql[a]'], consumes: ['Sql[seed]', 'Sql[b]'] })
        .component('R[1]', 'b', { produces: ['Sql[b]'], consumes: ['Sql[a]'] })
        .build(),
    )
    expect(error.code).toBe('plan-cycle')
    expect(error.message).toContain('a -> b -> a')
    expect(error.message).not.toContain('seed')
  })

  it('a missing producer is named by its consumer, with what may have been meant', () => {
    const error = refusal(
      site()
        .application('Lamp[app1]')
        .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
        .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[ap1]', 'Http[x]', 'Http[x]'] })
        .build(),
    )
    expect(error).toMatchObject({ code: 'plan-missing-producer', exit: 3 })
    expect(error.problems).toEqual([
      {
        code: 'plan-missing-producer',
        message: 'Lamp::Webapp[app1] on web consumes Http[x], which no component produces.',
        place: '$.applications["Lamp[app1]"]["Lamp::Webapp[app1]"].consumes',
        hint: expect.stringContaining('Correct the name') as string,
      },
      {
        code: 'plan-missing-producer',
        message: 'Lamp::Webapp[app1] on web consumes Sql[ap1], which no component produces.',
        place: '$.applications["Lamp[app1]"]["Lamp::Webapp[app1]"].consumes',
        hint: 'Did you mean Sql[app1]?',
      },
    ])
  })

  it('cycles and missing producers are told in one error', () => {
    const error = refusal(
      site()
        .application('A[1]')
        .component('L[1]', 'a', { produces: ['Sql[a]'], consumes: ['Sql[b]', 'Sql[none]'] })
        .component('R[1]', 'b', { produces: ['Sql[b]'], consumes: ['Sql[a]'] })
        .build(),
    )
    expect(error.problems.map(({ code }) => code)).toEqual(['plan-cycle', 'plan-missing-producer'])
    expect(error.message).toMatch(/\(and 1 more problem\)$/)
  })

  it('only what was selected is judged', () => {
    const environment = fixture('cycle')
    const document = plan(environment, { instances: ['Lamp[app1]'] })
    expect(document.groups).toEqual([['a.example.net'], ['b.example.net']])
    const broken = site()
      .application('Good[1]')
      .component('P[1]', 'a')
      .application('Bad[1]')
      .component('Q[1]', 'b', { consumes: ['Sql[none]'] })
      .build()
    expect(plan(broken, { instances: ['Good[1]'] }).groups).toEqual([['a']])
    expect(refusal(broken).code).toBe('plan-missing-producer')
  })

  it('many findings are bounded, and the rest is counted', () => {
    const builder = site().application('A[1]')
    for (let n = 0; n < 70; n++) {
      builder.component(`L[${n}]`, `l${n}`, { produces: [`A[${n}]`], consumes: [`B[${n}]`] })
      builder.component(`R[${n}]`, `r${n}`, { produces: [`B[${n}]`], consumes: [`A[${n}]`] })
      builder.component(`M[${n}]`, `m${n}`, { consumes: [`None[${n}]`] })
    }
    const error = refusal(builder.build())
    expect(error.problems).toHaveLength(50)
    expect(error.more).toBe(140 - 50)
    expect(new Set(error.problems.map(({ code }) => code)).size).toBe(2)
  })

  it('a long circle is told by its first nodes', () => {
    const builder = site().application('A[1]')
    const size = 1000
    for (let n = 0; n < size; n++) {
      builder.component(`P[${n}]`, `n${n}`, {
        produces: [`Sql[${n}]`],
        consumes: [`Sql[${(n + 1) % size}]`],
      })
    }
    const error = refusal(builder.build())
    expect(error.problems).toHaveLength(1)
    expect(error.message).toContain('(980 more nodes) -> n0.')
    expect(error.message.length).toBeLessThan(5000)
  })
})

describe('edges that the source knows without components', () => {
  const environment = site()
    .application('A[1]')
    .component('P[1]', 'b')
    .edge('a', 'b', 'exported File[/etc/x]')
    .edge('a', 'b', 'exported File[/etc/x]')
    .edge('c', 'c')
    .build()

  it('order nodes as others do', () => {
    const document = plan(environment)
    expect(document.groups).toEqual([['a', 'c'], ['b']])
    expect(document.edges).toEqual([
      {
        from: 'a',
        to: 'b',
        because: [{ capability: 'exported File[/etc/x]', producer: 'a', consumer: 'b' }],
      },
    ])
    expect(document.nodes.a).toEqual({})
  })

  it('are assumed where their start is not selected', () => {
    const document = plan(environment, { instances: ['A[1]'] })
    expect(document.groups).toEqual([['b']])
    expect(document.assumed).toEqual([
      {
        capability: 'exported File[/etc/x]',
        consumer: 'b',
        consumer_node: 'b',
        producer: 'a',
        producer_node: 'a',
        why: 'outside',
      },
    ])
  })

  it('make cycles with the others', () => {
    const error = refusal(
      site()
        .application('A[1]')
        .component('P[1]', 'a', { produces: ['Sql[x]'] })
        .component('P[2]', 'b', { consumes: ['Sql[x]'] })
        .edge('b', 'a', 'collected')
        .build(),
    )
    expect(error.message).toContain('a waits for b, as the site says (collected).')
  })
})
