import { describe, expect, test } from 'vitest'
import type { Verdict } from '@choirmaster/core/provide'
import { judge } from '../src/index.js'
import { attempt, evidenceOf, statusAt } from './support/builders.js'
import { read } from './support/recorded.js'

/** Runs of real Puppet over the same site. */
const PUPPETS = ['noop_puppet_7.23', 'noop_puppet_8.10', 'noop_openvox_8.28']

/**
 * The 39 events of noop in each of Puppet's own reports of noop.example.net, but for a file at loglevel debug, which is in
 * no log. Titles that may hold a secret as the number sign.
 */
const NAMED = [
  ...['Exec[#] returns', 'Exec[#] returns', 'Exec[migrate] returns'],
  ...['File[#] content', 'File[#] ensure'],
  ...['a b.conf', 'copied/sub', 'copied/sub/b', 'dir', 'gone', 'later.conf', 'link', 'new']
    .concat('purged/stray', 'purged/sub', 'purged/sub/deep', 'tidied/old')
    .map((name) => `File[/opt/shop/${name}] ensure`),
  ...['audited', 'copied/a', 'loud', 'motd'].map((name) => `File[/opt/shop/${name}] content`),
  ...['group', 'mode', 'owner'].map((property) => `File[/opt/shop/mode] ${property}`),
  ...['Group[shoppers] ensure', 'Notify[hello] message', 'Service[stopd] ensure'],
  ...['Package[shop-no-such-package] ensure', 'Package[tzdata] ensure'],
  ...['app', 'app3', 'fresh', 'stray one'].map((name) => `Shop_release[${name}] ensure`),
  ...['Shop_release[app2] notes', 'Shop_release[app2] token'],
  ...['User[games] comment', 'User[games] shell', 'User[shopper] ensure'],
]
/** Of these there is no event. */
const REFRESHED = ['Exec[listen] refresh', 'Exec[reload] refresh', 'Service[shopd] refresh']

const told = (evidence: Verdict['evidence']): readonly string[] =>
  (evidence['would_change'] as readonly string[])
    .map((change) => change.replace(/#[0-9a-f]{8}/, '#'))
    .sort()

/** The verdict on a recorded run, that was asked for when it began. */
async function judgedRun(file: string, node: string, noop: boolean): Promise<Verdict> {
  const { data } = read(file).replies.find(({ sender }) => sender === node) ?? {}
  const { lastrun, total_time: seconds } = data as { lastrun: number; total_time: number }
  const requestedAt = Math.floor(lastrun - seconds)
  const before = statusAt(requestedAt - 300, { now: requestedAt - 2 })
  const settled = statusAt(lastrun, { enabled: false, message: 'm', now: lastrun + 10 })
  const asked = attempt({ before, requestedAt, options: { noop } })
  return judge(asked, settled, [await evidenceOf(data ?? null)])
}

describe.each(PUPPETS)('%s', (file) => {
  test('each property that would be changed is told, and each resource that would be refreshed', async () => {
    const { result, reason, evidence, warnings } = await judgedRun(file, 'noop.example.net', true)
    expect({ result, reason }).toEqual({ result: 'unchanged', reason: '42 changes would be made' })
    expect(evidence).toMatchObject({ noop: 39, would_refresh: 3 })
    expect(warnings).toEqual(['1 resource of 52 skipped'])
    expect(told(evidence)).toEqual([...NAMED, ...REFRESHED].sort())
  })

  test('what the node drifted from is told too', async () => {
    const { evidence } = await judgedRun(file, 'drift.example.net', true)
    expect(evidence).toMatchObject({ noop: 5, would_refresh: 2 })
    expect(told(evidence)).toEqual([
      'Exec[drift] refresh',
      'Exec[drift] returns',
      'Exec[onlydrift] refresh',
      'File[#] content',
      'File[/opt/shop/drift] content',
      'File[/opt/shop/drift] mode',
      'File[/opt/shop/driftgone] ensure',
    ])
  })

  test('a resource with noop => false changed, and a refresh was pretended: our noop run', async () => {
    expect(await judgedRun(file, 'mixed.example.net', true)).toMatchObject({
      result: 'changed',
      warnings: ['1 resource changed although noop was asked for'],
      evidence: { noop: null, would_change: ['Service[shopd] refresh'], would_refresh: 1 },
    })
  })

  test('a refresh that noop => true held back fails a run that was to change all', async () => {
    expect(await judgedRun(file, 'held.example.net', false)).toMatchObject({
      result: 'failed',
      code: 'puppet-noop',
      reason: '1 change only pretended: noop is set on the node or in its code',
    })
  })

  test.each([
    ['noop.example.net', true],
    ['drift.example.net', true],
  ])('no value of %s is kept', async (node, noop) => {
    const kept = JSON.stringify(await judgedRun(file, node, noop))
    expect(kept).not.toMatch(/hunter|sha256|redacted|world|third|0600|mysql/)
  })
})
