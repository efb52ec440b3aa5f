import { expect, it } from 'vitest'
import { changesOf, fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Plan from './plan.js'
import Run from './run.js'

it('--noop goes the whole order, changes no resource and says what would change', async () => {
  const { openSession, fleet } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Run, ['--yes', '--noop'], { openSession })
  expect(io.exitCode()).toBe(0)
  const [before = '', after = ''] = io.out().split('Looking at')
  expect(before).toContain('Noop: no resource is changed. Nodes are disabled and enabled')
  expect(after).toContain('4 nodes, 4 unchanged')
  expect(after).toMatch(
    /Noop: this would be changed:\n {2}the same 1 change on 4 nodes: dev1.+\n {6}Exec\[work of NODE\] returns\nNot shown: /,
  )
  const endings = fleet.log.flatMap((entry) => (entry.what === 'ended' ? [entry.ending] : []))
  expect(endings).toEqual(['noop', 'noop', 'noop', 'noop'])
})

it('a node with a daemon is refused before anything is touched', async () => {
  const scenario = { nodes: { 'dev3.example.net': [{ fault: 'daemon' }] } } as const
  const { openSession, fleet } = fakeWorld({ environment: LAMP, scenario })
  const io = await runCommand(Run, ['--yes', '--noop'], { openSession })
  expect(io.exitCode()).toBe(3)
  expect(io.out()).toContain('The Puppet daemon of the node takes no options: --noop')
  expect(changesOf(fleet)).toEqual([])
})

it('the report and its JSON say that it was noop; a plan says so too', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Run, ['--yes', '--noop', '--json'], { openSession })
  const report = JSON.parse(io.out())
  expect(report).toMatchObject({ noop: true, result: 'succeeded' })
  expect(report.nodes['dev1.example.net'].evidence.would_change).toEqual([
    'Exec[work of dev1.example.net] returns',
  ])
  const plan = await runCommand(Plan, ['--noop'], { openSession })
  expect(plan.out()).toContain('Noop: no resource is changed.')
})
