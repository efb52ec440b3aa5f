import { makePlan, type Plan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { lampSite, site } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { coloursFor } from './colour.js'
import { planText } from './plan-text.js'

const plain = coloursFor(fakeIo().stdout, {})

function text(plan: Plan, batch?: number): string {
  const pace = { width: 20, ...(batch !== undefined && { batch }) }
  return [...planText(plan, pace, plain)].join('\n').replace(/Plan [0-9a-f]{12}\./, 'Plan DIGEST.')
}

it('prints applications, then nodes in run order, each with the components that put it there', () => {
  expect(text(makePlan(lampSite(2, 2), WHOLE_SITE, sha256))).toMatchInlineSnapshot(`
    "Puppet site plan for the production environment

    2 applications on 6 nodes:

        Lamp[app1]
        Lamp[app2]

    Node groups and run order:
      ------------------------------------------------------------------
      Group 1, 2 nodes

        db1.example.net
            Lamp[app1] -> Lamp::Mysql[app1]

        db2.example.net
            Lamp[app2] -> Lamp::Mysql[app2]

      ------------------------------------------------------------------
      Group 2, 4 nodes

        web1-1.example.net
            Lamp[app1] -> Lamp::Webapp[app1-1]

        web1-2.example.net
            Lamp[app1] -> Lamp::Webapp[app1-2]

        web2-1.example.net
            Lamp[app2] -> Lamp::Webapp[app2-1]

        web2-2.example.net
            Lamp[app2] -> Lamp::Webapp[app2-2]

      ------------------------------------------------------------------

    Stops at the first node that is not proven.
    20 nodes at a time. Plan DIGEST."
  `)
})

it('says how large batches are and how many', () => {
  const lines = text(makePlan(lampSite(2, 2), WHOLE_SITE, sha256), 3)
  expect(lines).toContain('  Group 1, 2 nodes, 1 batch\n')
  expect(lines).toContain('  Group 2, 4 nodes, 2 batches\n')
  expect(lines).toContain('In batches of 3 nodes. Plan')
})

it('lists what is assumed, applied too, ignored, left out and suspect', () => {
  const environment = site()
    .application('Db[main]')
    .component('Db::Server[main]', 'db.example.net', { produces: ['Sql[main]'] })
    .application('Web[blog]')
    .component('Web::App[blog]', 'Web1.example.net', {
      consumes: ['Sql[main]'],
      produces: ['Http[blog]'],
    })
    .component('Web::Front[blog]', 'front.example.net', { consumes: ['Http[blog]'] })
    .component('Web::Cache[blog]', 'cache.example.net', { consumes: ['Http[blog]'] })
    .application('Log[all]')
    .component('Log::Shipper[all]', 'Web1.example.net', { consumes: ['Syslog[all]'] })
    .component('Log::Store[all]', 'front.example.net', {
      produces: ['Syslog[all]'],
      consumes: ['Fs[gone]'],
    })
    .build()
  const selection = { instances: ['Web[blog]'], assumeDone: [], exclude: ['cache.example.net'] }
  expect(text(makePlan(environment, selection, sha256))).toMatchInlineSnapshot(`
    "Puppet site plan for the production environment

    1 application on 2 nodes:

        Web[blog]

    Also applied, though not selected, as Puppet applies whole nodes:

        Log[all]

    Node groups and run order:
      ------------------------------------------------------------------
      Group 1, 1 node

        Web1.example.net
            Log[all] -> Log::Shipper[all]
            Web[blog] -> Web::App[blog]

      ------------------------------------------------------------------
      Group 2, 1 node

        front.example.net
            Log[all] -> Log::Store[all]
            Web[blog] -> Web::Front[blog]

      ------------------------------------------------------------------

    Assumed already done, not run:
        db.example.net makes Sql[main] for Web1.example.net: Db::Server[main] -> Web::App[blog] (not selected)

    Made by nobody, though needed by applications that are applied too:
        Fs[gone] for front.example.net: Log::Store[all]

    Ignored, orders of applications that are not selected and would close a circle:
        front.example.net before Web1.example.net: Syslog[all], Log::Store[all] -> Log::Shipper[all]

    Left out:
        cache.example.net (--exclude)

    Warning: certnames are lower case, so these nodes can never answer:
        Web1.example.net

    Stops at the first node that is not proven.
    20 nodes at a time. Plan DIGEST."
  `)
})

it('names each node that is assumed by flag, also where nobody in the plan consumes from it', () => {
  const selection = {
    instances: [],
    exclude: [],
    assumeDone: ['db1.example.net', 'web2-1.example.net'],
  }
  const lines = text(makePlan(lampSite(2, 2), selection, sha256))
  expect(lines).toContain('    db1.example.net makes ')
  expect(lines).toContain(
    '    web2-1.example.net: nobody in the plan consumes from it (--assume-done)\n',
  )
  expect(lines.match(/nobody in the plan/g)).toHaveLength(1)
})

it('sends no control characters of titles to the terminal', () => {
  const environment = site('prod').application('A[\x1b[2J]').component('C[\x07]', 'n1').build()
  const lines = text(makePlan(environment, WHOLE_SITE, sha256))
  expect(lines).toContain('A[\\x1b[2J] -> C[\\x07]')
  expect(lines).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
})

it('tells the orders that no component declares, and where they come from', () => {
  const plan = makePlan(lampSite(1, 2), WHOLE_SITE, sha256)
  const [from = '', to = ''] = plan.nodes
  const links = [{ from, to, origin: 'exported Haproxy::Member[x]' }]
  expect(text(Object.assign(plan, { links }))).toContain(
    `Orders that no component declares:\n    ${from} before ${to}: exported Haproxy::Member[x]\n`,
  )
})

it('lists the orders of a graph of several sources, as many as fit a screen', () => {
  const plan = makePlan(lampSite(1, 32), WHOLE_SITE, sha256)
  const [, listed = ''] = text(Object.assign(plan, { isMerged: true })).split('declare them:\n')
  const lines = listed.slice(0, listed.indexOf('\n\n')).split('\n')
  expect(lines).toHaveLength(31)
  expect(lines[0]).toMatch(/^ {4}db1\.example\.net before web\S+: Sql\[app1\], /)
  expect(lines[30]).toBe('    and 2 more, all of them with --json')
})
