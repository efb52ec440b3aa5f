import { expect, it } from 'vitest'
import type { NodeReport, RunReport } from '@choirmaster/core'
import { noopText } from './noop-text.js'

const node = (changes: readonly string[], noop: number = changes.length): NodeReport => ({
  result: 'unchanged',
  lock: 'released',
  reason: '',
  code: 'puppet-unchanged',
  evidence: { noop, would_change: [...changes] },
  warnings: [],
  attempts: 1,
  because: null,
  seconds: 1,
})
const text = (nodes: Record<string, NodeReport>, noop = true): readonly string[] => [
  ...noopText({ nodes, ...(noop && { noop }) } as unknown as RunReport),
]

it('merges the changes over nodes, a title with the name of its node too', () => {
  const shared = (name: string) => node([`File[/etc/${name}.conf] content`, 'Service[x] refresh'])
  expect(
    text({
      web1: shared('web1'),
      web2: shared('web2'),
      db1: node(['File[/home/db1] mode']),
      web3: shared('web3'),
      idle: node([]),
    }),
  ).toEqual([
    '',
    'Noop: this would be changed:',
    '  the same 2 changes on 3 nodes: web1, web2, web3',
    '      File[/etc/NODE.conf] content',
    '      Service[x] refresh',
    '  1 change on 1 node: db1',
    '      File[/home/db1] mode',
    '  nothing on 1 node',
    'Not shown: what nodes would change once the nodes that they consume from have really been changed.',
  ])
})

it('says how many changes are not named', () => {
  expect(text({ a: node(['File[/x] mode'], 7) })).toContain(
    '      and 6 more, in the report of the node',
  )
})

it('counts what is refreshed beside what is changed, which Puppet does not', () => {
  const { evidence, ...rest } = node(['File[/x] mode', 'Service[x] refresh'], 2)
  const told = text({ a: { ...rest, evidence: { ...evidence, would_refresh: 1 } } })
  expect(told).toContain('  3 changes on 1 node: a')
  expect(told).toContain('      and 1 more, in the report of the node')
})

it('says nothing where no node is proven', () => {
  expect(text({ a: { ...node([]), result: 'failed' } })).toEqual([])
})

it('says that nothing would be changed, and nothing at all of a real run', () => {
  expect(text({ a: node([]) })).toEqual(['', 'Noop: nothing would be changed on 1 node'])
  expect(text({ a: node(['File[/x] mode']) }, false)).toEqual([])
})
