import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockText } from '@choirmaster/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changesOf, fakeWorld, type FakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Plan from './plan.js'
import Status from './status.js'

const RUN = '20261122T111547-k3f9q2'
const call = { signal: new AbortController().signal }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'status-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** dev1 is held by a run, dev2 by an operator, dev3 is silent, dev4 as it should be. */
async function mixed(): Promise<FakeWorld> {
  const world = fakeWorld({
    environment: LAMP,
    scenario: { nodes: { 'dev3.example.net': [{ fault: 'silent' }] } },
  })
  const disable = async (node: string, message: string): Promise<void> => {
    const request = { agent: 'puppet', action: 'disable', data: { message }, nodes: [node] }
    const sent = { ...request, timeoutMs: 20_000, changes: true }
    for await (const answer of world.fleet.transport.request(sent, call)) void answer
  }
  await disable('dev1.example.net', lockText(RUN, 'choria=ann.mcollective', 1795346147000))
  await disable('dev2.example.net', 'disk full, ask bob')
  return world
}

/** How long ago a last run was depends on how a node is drawn. */
const ageless = (text: string): string =>
  text.replace(/\b\d+ (min \d\d )?s ago( *)/g, 'SPAN ago$2').replace(/ +$/gm, '')

describe('status', () => {
  it('lists problems first, says by whom nodes are disabled, and what frees them', async () => {
    const { openSession, fleet } = await mixed()
    const before = changesOf(fleet).length
    const io = await runCommand(Status, [], { openSession })
    expect(ageless(io.out())).toMatchInlineSnapshot(`
      "NODE              STATE              LAST RUN         WHY
      dev3.example.net  no answer          -                The node did not reply
      dev1.example.net  disabled by a run  SPAN ago   run 20261122T111547-k3f9q2 of choria=ann.mcollective at 2026-11-22T11:15:47Z
      dev2.example.net  disabled           SPAN ago  "disk full, ask bob"
      dev4.example.net  enabled            SPAN ago

      4 nodes: 1 no answer, 1 disabled by a run, 1 disabled, 1 enabled
      Run 20261122T111547-k3f9q2 holds 1 node; unless it still goes on: choirmaster resume 20261122T111547-k3f9q2, or choirmaster enable --run 20261122T111547-k3f9q2
      "
    `)
    expect(io.exitCode()).toBe(5)
    expect(changesOf(fleet)).toHaveLength(before)
  })

  it('prints one JSON value under --json', async () => {
    const { openSession } = await mixed()
    const io = await runCommand(Status, ['--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({
      schema: 'choirmaster.status/1',
      nodes: {
        'dev1.example.net': { state: 'ours', enabled: false, run: RUN, applying: false },
        'dev2.example.net': { state: 'disabled', message: 'disk full, ask bob' },
        'dev3.example.net': { state: 'no-answer', problem: { code: 'node-no-reply' } },
        'dev4.example.net': { state: 'enabled', enabled: true },
      },
      counts: { 'no-answer': 1, error: 0, ours: 1, disabled: 1, applying: 0, enabled: 1 },
    })
  })

  it('is that of the nodes that are named', async () => {
    const { openSession } = await mixed()
    const argv = ['-I', 'dev4.example.net', '--json']
    const io = await runCommand(Status, argv, { openSession })
    const { nodes } = JSON.parse(io.out()) as { nodes: object }
    expect(Object.keys(nodes)).toEqual(['dev4.example.net'])
    expect(io.exitCode()).toBe(0)
  })

  it('is that of a selection of the site, or of a plan file', async () => {
    const { openSession } = fakeWorld({ environment: LAMP })
    const file = join(folder, 'p.json')
    const argv = ['--exclude', 'dev2.example.net']
    await runCommand(Plan, [...argv, '--out', file], { openSession })
    for (const which of [argv, [file]]) {
      const io = await runCommand(Status, [...which, '--json'], { openSession })
      const { nodes } = JSON.parse(io.out()) as { nodes: object }
      expect(Object.keys(nodes)).toEqual([
        'dev1.example.net',
        'dev3.example.net',
        'dev4.example.net',
      ])
    }
  })

  it('is that of all who answer where there is no site', async () => {
    const { openSession } = fakeWorld({
      environment: LAMP,
      scenario: { fleet: ['b', 'a', 'c'] },
    })
    const siteless: FakeWorld['openSession'] = async (...asked) => ({
      ...(await openSession(...asked)),
      hasCatalog: false,
    })
    const io = await runCommand(Status, [], { openSession: siteless })
    expect(io.out().match(/^[abc] .*?enabled/gm)).toEqual([
      'a     enabled',
      'b     enabled',
      'c     enabled',
    ])
    const nobody = fakeWorld({ environment: LAMP })
    const none = await runCommand(Status, [], {
      openSession: async (...asked) => ({
        ...(await nobody.openSession(...asked)),
        hasCatalog: false,
      }),
    })
    expect(none.out()).toBe('No node answered\n')
    expect(none.exitCode()).toBe(5)
  })
})
