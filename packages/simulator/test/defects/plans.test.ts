import { describe, expect, it } from 'vitest'
import {
  makePlan,
  parseEnvironment,
  toRunPlan,
  WHOLE_SITE,
  type CodedError,
  type Environment,
  type Plan,
} from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { site } from '@choirmaster/core/testing'
import { entries, simulate, started, violations, type Simulated } from '../engine/simulate.js'

const plan = async (environment: Environment, selection = WHOLE_SITE): Promise<Plan> =>
  makePlan(await parseEnvironment(environment), selection, sha256)

/** The document as it comes from a source, planned, and run on healthy nodes. */
async function run(planned: Plan): Promise<Simulated> {
  const simulated = await simulate({ plan: toRunPlan(planned) })
  expect(violations(simulated)).toEqual([])
  expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
  return simulated
}

const groupsOf = ({ groups, nodes }: Plan): string[][] =>
  groups.map((group) => Array.from(group, (n) => nodes[n] as string))

/** What a plan is refused with. */
async function refusal(environment: Environment): Promise<CodedError> {
  return plan(environment).then(
    () => expect.unreachable('a plan was made'),
    (error: unknown) => error as CodedError,
  )
}

describe('defect 7: first producer wins', () => {
  /** `Sql[app1]` is made by db1 at once and by db2 only after `late` has run. */
  const environment = site()
    .application('Lamp[app1]')
    .component('Store[disk]', 'late', { produces: ['Disk[app1]'] })
    .component('Lamp::Mysql[first]', 'db1', { produces: ['Sql[app1]'] })
    .component('Lamp::Mysql[second]', 'db2', { produces: ['Sql[app1]'], consumes: ['Disk[app1]'] })
    .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[app1]'] })
    .build()

  it('a consumer waits for every producer of what it consumes, also in another group', async () => {
    const planned = await plan(environment)
    expect(groupsOf(planned)).toEqual([['db1', 'late'], ['db2'], ['web']])
    const { log } = await run(planned)
    expect(started(log).at(-1)).toBe('web')
    const [last] = entries(log, 'ended', 'db2')
    const [web] = entries(log, 'spawned', 'web')
    expect(web?.at).toBeGreaterThan(last?.at ?? Infinity)
  })
})

describe('defect 8: self-satisfied nodes are declared impossible', () => {
  it('a node that consumes what it makes itself is run', async () => {
    const environment = site()
      .application('Lamp[app1]')
      .component('Lamp::Mysql[app1]', 'all', { produces: ['Sql[app1]'], consumes: ['Sql[app1]'] })
      .component('Lamp::Webapp[app1]', 'all', { consumes: ['Sql[app1]'] })
      .build()
    const planned = await plan(environment)
    expect(groupsOf(planned)).toEqual([['all']])
    expect(started((await run(planned)).log)).toEqual(['all'])
  })

  it('a producer outside the selection is assumed to be done, and said to be', async () => {
    const environment = site()
      .application('Shared[db]')
      .component('Shared::Mysql[db]', 'db', { produces: ['Sql[db]'] })
      .application('Lamp[app1]')
      .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[db]'] })
      .build()
    const planned = await plan(environment, { ...WHOLE_SITE, instances: ['Lamp[app1]'] })
    expect(groupsOf(planned)).toEqual([['web']])
    expect(planned.assumed).toMatchObject([
      { capability: 'Sql[db]', producerNode: 'db', consumerNode: 'web', why: 'outside' },
    ])
    expect(started((await run(planned)).log)).toEqual(['web'])
  })
})

describe('defect 9: shallow validation and nameless errors', () => {
  it('a circle behind nodes that could start is refused with its nodes, components and capabilities', async () => {
    const error = await refusal(
      site()
        .application('Lamp[app1]')
        .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
        .component('Lamp::Front[app1]', 'front', {
          produces: ['Url[a]'],
          consumes: ['Sql[app1]', 'Url[b]'],
        })
        .component('Lamp::Back[app1]', 'back', { produces: ['Url[b]'], consumes: ['Url[a]'] })
        .build(),
    )
    expect(error).toMatchObject({ code: 'plan-cycle', exit: 3 })
    for (const name of [
      'back',
      'front',
      'Url[a]',
      'Url[b]',
      'Lamp::Front[app1]',
      'Lamp::Back[app1]',
    ])
      expect(error.message).toContain(name)
  })

  it('every missing producer is named with its consumer, all at once', async () => {
    const error = await refusal(
      site()
        .application('Lamp[app1]')
        .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
        .component('Lamp::Webapp[app1]', 'web', { consumes: ['Sql[app1]', 'Cache[x]'] })
        .component('Lamp::Worker[app1]', 'worker', { consumes: ['Queue[y]'] })
        .build(),
    )
    expect(error).toMatchObject({ code: 'plan-missing-producer', exit: 3 })
    expect(error.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/Lamp::Webapp\[app1\].*Cache\[x\]/s),
      expect.stringMatching(/Lamp::Worker\[app1\].*Queue\[y\]/s),
    ])
  })

  it('every node that is not ready is named before the first is touched', async () => {
    const planned = await plan(
      site()
        .application('Lamp[app1]')
        .component('Lamp::Mysql[app1]', 'db', { produces: ['Sql[app1]'] })
        .component('Lamp::Webapp[1]', 'web1', { consumes: ['Sql[app1]'] })
        .component('Lamp::Webapp[2]', 'web2', { consumes: ['Sql[app1]'] })
        .build(),
    )
    const { report, log } = await simulate({
      plan: toRunPlan(planned),
      scenario: {
        nodes: {
          web1: [{ fault: 'disabled', message: 'kernel upgrade; ask Ada' }],
          web2: [{ fault: 'denied', actions: ['runonce'] }],
        },
      },
    })
    expect(report).toMatchObject({ result: 'refused', exit: 3 })
    expect(report.nodes).toMatchObject({
      db: { result: 'not reached' },
      web1: { result: 'refused', reason: expect.stringContaining('kernel upgrade; ask Ada') },
      web2: { result: 'refused', code: 'look-run-denied' },
    })
    expect(entries(log, 'disabled').map(({ by }) => by)).toEqual(['operator'])
  })
})
