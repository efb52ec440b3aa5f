import { expect, it } from 'vitest'
import { DEFAULT_GATE, makePlan, type Selection, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { lampSite } from '@choirmaster/core/testing'
import { checkOfFlag, resolveGate } from './gate.js'

const check = (of: string | null) => ({ ...DEFAULT_GATE, checks: [{ of, probe: { tcp: 3306 } }] })
const nodesOf = (of: string | null, selection: Selection = WHOLE_SITE): readonly string[] => {
  const plan = makePlan(lampSite(2, 2), selection, sha256)
  const [found] = resolveGate(check(of), plan).checks
  return (found?.nodes ?? []).map((n) => plan.nodes[n] ?? '')
}

it.each([
  ['every node that others wait for', null, ['db1.example.net', 'db2.example.net']],
  ['a type of components', 'Lamp::Mysql', ['db1.example.net', 'db2.example.net']],
  ['a component', 'Lamp::Mysql[app2]', ['db2.example.net']],
  ['an application', 'Lamp[app1]', ['db1.example.net']],
  ['a type of applications', 'Lamp', ['db1.example.net', 'db2.example.net']],
  ['nodes that nobody waits for', 'Lamp::Webapp', []],
])('a check is for %s', (_, of, nodes) => {
  expect(nodesOf(of)).toEqual(nodes)
})

it('a check for what the site does not have is refused, with what was probably meant', () => {
  expect(() => nodesOf('Lamp::Mysq')).toThrow(
    expect.objectContaining({ code: 'config-gate', hint: expect.stringContaining('Lamp::Mysql') }),
  )
})

it('a part of a site may lack what a check is for', () => {
  const part = { ...WHOLE_SITE, instances: ['Lamp[app1]'] }
  expect(nodesOf('Lamp::Mysql[app2]', part)).toEqual([])
})

it.each([
  ['tcp:3306', { tcp: 3306 }],
  ['Lamp::Mysql=tcp:3306', { for: 'Lamp::Mysql', tcp: 3306 }],
  ['Lamp[a=b]=tcp:80', undefined],
  ['command:/usr/bin/ready', { command: ['/usr/bin/ready', '{node}'] }],
  ['Lamp[app1]=command:./a=b c', { for: 'Lamp[app1]', command: ['./a=b c', '{node}'] }],
])('--check %s', (text, expected) => {
  if (expected === undefined) expect(() => checkOfFlag(text)).toThrow(/must be tcp:PORT/)
  else expect(checkOfFlag(text)).toEqual(expected)
})
