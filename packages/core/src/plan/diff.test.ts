import { describe, expect, it } from 'vitest'
import type { Environment } from '../environment/environment.js'
import { sha256 } from '../ports/system.js'
import { site, type SiteBuilder } from '../testing/index.js'
import { diffPlans, diffRunPlans } from './diff.js'
import { planDocument, type PlanDocument } from './document.js'
import { makePlan } from './make-plan.js'
import { toRunPlan } from './run-plan.js'
import type { Selection } from './plan.js'
import { WHOLE_SITE } from './select.js'

const plan = (environment: Environment, selection: Partial<Selection> = {}): PlanDocument =>
  planDocument(makePlan(environment, { ...WHOLE_SITE, ...selection }, sha256))

const lamp = (): SiteBuilder =>
  site()
    .application('Lamp[app1]')
    .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
    .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[app1]'] })
const base = plan(lamp().build())

/** What changed, and that the digest knows. */
function changes(after: PlanDocument): string[] {
  const found = diffPlans(base, after)
  expect(found.length === 0).toBe(base.digest === after.digest)
  return found.map(({ what, change, message }) => `${what} ${change}: ${message}`)
}

describe('what changed from one plan to another', () => {
  it('nothing', () => {
    expect(changes(plan(lamp().build()))).toEqual([])
  })

  it('nothing, when only more was named to get the same', () => {
    expect(changes(plan(lamp().build(), { instances: ['Lamp[app1]'] }))).toEqual([])
  })

  it('the version of the code', () => {
    expect(changes(plan(lamp().codeId('abc').build()))).toEqual([
      'code changed: The version of the code was not known and is abc.',
    ])
  })

  it('the environment', () => {
    expect(changes(plan({ ...lamp().build(), environment: 'test' }))).toEqual([
      'environment changed: The environment was production and is test.',
    ])
  })

  it('a component that moved, with its edges', () => {
    const moved = lamp().component('Lamp::Webapp[app1]', 'web2', { consumes: ['Sql[app1]'] })
    expect(changes(plan(moved.build()))).toEqual([
      'node removed: Node web is gone.',
      'node added: Node web2 is new.',
      'component changed: Component Lamp::Webapp[app1] of Lamp[app1] was on web and is on web2.',
      'edge removed: Edge db -> web is gone.',
      'edge added: Edge db -> web2 is new.',
    ])
  })

  it('an application', () => {
    expect(changes(plan(lamp().application('Wiki[x]').build()))).toEqual([
      'application added: Application Wiki[x] is new.',
    ])
  })

  it('a reason of an edge', () => {
    const more = lamp()
      .application('Lamp[app1]')
      .component('Lamp::Cache[app1]', 'web', { consumes: ['Sql[app1]'] })
    expect(changes(plan(more.build()))).toEqual([
      'component added: Component Lamp::Cache[app1] of Lamp[app1] is new.',
      'edge changed: Edge db -> web was Sql[app1] of Lamp::Mysql[app1] for Lamp::Webapp[app1] and is ' +
        'Sql[app1] of Lamp::Mysql[app1] for Lamp::Cache[app1], Sql[app1] of Lamp::Mysql[app1] for Lamp::Webapp[app1].',
    ])
  })

  it('what is assumed, excluded and applied too', () => {
    expect(changes(plan(lamp().build(), { assumeDone: ['db'] }))).toContain(
      'assumed added: Assumed producer Lamp::Mysql[app1] on db of Sql[app1] for Lamp::Webapp[app1] on web is new.',
    )
    expect(changes(plan(lamp().build(), { exclude: ['web'] }))).toContain(
      'dropped added: Left-out node web is new.',
    )
    const wiki = lamp()
      .application('Wiki[x]')
      .component('Wiki::Part[x]', 'web', { consumes: ['Sql[none]'] })
    expect(changes(plan(wiki.build(), { instances: ['Lamp[app1]'] }))).toEqual([
      'application added: Application Wiki[x] is new.',
      'component added: Component Wiki::Part[x] of Wiki[x] is new.',
      'unproduced added: Sql[none], which nobody makes, for Wiki::Part[x] on web is new.',
    ])
  })

  it('a capability that orders nothing', () => {
    const more = lamp().component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]', 'Sql[b]'] })
    expect(changes(plan(more.build()))).toEqual([
      'capability changed: Capabilities changed that order no nodes: nobody else consumes them, or the node that makes them does.',
    ])
  })

  it('groups that do not follow from the rest', () => {
    expect(diffPlans(base, { ...base, groups: [['db', 'web']] })).toMatchObject([{ what: 'order' }])
  })
})

describe('what changed since a run was planned', () => {
  const planned = (environment: Environment) => {
    const made = makePlan(environment, WHOLE_SITE, sha256)
    return { ...toRunPlan(made), code: made.codeId }
  }
  const since = (after: Environment): string[] =>
    diffRunPlans(planned(lamp().build()), planned(after)).map(({ message }) => message)

  it('nothing', () => {
    expect(since(lamp().build())).toEqual([])
  })

  it('the version of the code, where the journal holds one', () => {
    const after = lamp().codeId('abc').build()
    expect(since(after)).toEqual(['The version of the code was not known and is abc.'])
    const { code: _, ...unknown } = planned(lamp().build())
    const { code: __, ...now } = planned(after)
    expect(diffRunPlans(unknown, now).map(({ message }) => message)).toEqual([
      'Components on its nodes, or what they produce and consume, are others, or the version of the code is.',
    ])
  })

  it('a node, with its edge', () => {
    const moved = lamp().component('Lamp::Webapp[app1]', 'web2', { consumes: ['Sql[app1]'] })
    expect(since(moved.build())).toEqual([
      'Node web is gone.',
      'Node web2 is new.',
      'What web carries of Lamp[app1] is gone.',
      'What web2 carries of Lamp[app1] is new.',
      'Edge db -> web is gone.',
      'Edge db -> web2 is new.',
    ])
  })

  it('an edge alone', () => {
    const apart = lamp().component('Lamp::Webapp[app1]', 'web', {})
    expect(since(apart.build())).toEqual(['Edge db -> web is gone.'])
  })
})
