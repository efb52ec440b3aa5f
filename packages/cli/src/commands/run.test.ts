import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunReport } from '@choirmaster/core'
import { site } from '@choirmaster/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { changesOf, fakeWorld, requestsOf, type World } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { Io } from '../io.js'
import Run from './run.js'

/** The times of a run, so that the engine's pace may change without changing these texts. */
function timeless(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\d{8}T\d{6}-[0-9a-z]{6}/g, 'RUN')
    .replace(/(in|after) (\d+ (h|min|s) ?)+/g, '$1 SPAN')
    .replace(/\b[0-9a-f]{12}\b/g, 'DIGEST')
}

const failing: World = {
  environment: LAMP,
  scenario: { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' }] } },
}

describe('a run', () => {
  it('gives the line of the policy where a node denied something meanwhile', async () => {
    const denied = [{ fault: 'denied', actions: ['runonce'], after: 40 }] as const
    const scenario = { nodes: { 'dev2.example.net': denied } }
    const { openSession } = fakeWorld({ environment: LAMP, scenario })
    const io = await runCommand(Run, ['--yes'], { openSession })
    const [, summary = ''] = io.out().split('Not proven:')
    expect(summary).toContain('dev2.example.net')
    expect(summary).toContain(
      'allow\tchoria=simulator.mcollective\tstatus last_run_summary disable enable runonce\t*\t*',
    )
  })

  it('shows the plan, then what happens, then how it ended', async () => {
    const { openSession } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Run, ['--yes'], { openSession })
    expect(io.err()).toBe('')
    expect(io.exitCode()).toBe(0)
    expect(timeless(io.out())).toMatchInlineSnapshot(`
      "Puppet site plan for the production environment

      2 applications on 4 nodes:

          Lamp[app1]
          Lamp[app2]

      Node groups and run order:
        ------------------------------------------------------------------
        Group 1, 1 node

          dev1.example.net
              Lamp[app1] -> Lamp::Mysql[app1]
              Lamp[app2] -> Lamp::Mysql[app2]

        ------------------------------------------------------------------
        Group 2, 3 nodes

          dev2.example.net
              Lamp[app1] -> Lamp::Webapp[app1-1]
              Lamp[app2] -> Lamp::Webapp[app2-1]

          dev3.example.net
              Lamp[app1] -> Lamp::Webapp[app1-2]
              Lamp[app2] -> Lamp::Webapp[app2-2]

          dev4.example.net
              Lamp[app1] -> Lamp::Webapp[app1-3]
              Lamp[app2] -> Lamp::Webapp[app2-3]

        ------------------------------------------------------------------

      Stops at the first node that is not proven.
      20 nodes at a time. Plan DIGEST.

      TIME Run RUN, plan DIGEST
      TIME Looking at 4 nodes, touching nothing
      TIME Disabling dev1.example.net alone, to see that it can be enabled again
      TIME Disabling 3 nodes: choirmaster run=RUN by=choria=simulator.mcollective at=TIME
      TIME Waiting for 4 nodes to be idle

      TIME Group 1 of 2: 1 node
      TIME Running Puppet on dev1.example.net
      TIME   dev1.example.net changed in SPAN

      TIME Group 2 of 2: 3 nodes
      TIME Running Puppet on dev2.example.net, dev3.example.net, dev4.example.net
      TIME   dev2.example.net changed in SPAN
      TIME   dev3.example.net changed in SPAN
      TIME   dev4.example.net changed in SPAN
      TIME Enabling dev1.example.net, dev2.example.net, dev3.example.net, dev4.example.net

      Run RUN succeeded after SPAN: 4 nodes, 4 changed
      "
    `)
  })

  it('tells the orders that appeared under it, from a source that runs change', async () => {
    const edge = { from: 'dev4.example.net', to: 'dev1.example.net', origin: 'exported Host[x]' }
    const { ['Lamp[app1]']: app1, ...rest } = LAMP.applications
    const { 'Lamp::Webapp[app1-3]': _, ...kept } = app1 ?? {}
    const { ['Lamp[app2]']: app2 } = rest
    const { 'Lamp::Webapp[app2-3]': __, ...kept2 } = app2 ?? {}
    const after = {
      ...LAMP,
      applications: { 'Lamp[app1]': kept, 'Lamp[app2]': kept2 },
      edges: [edge],
    }
    const world = { environment: LAMP, afterRun: async () => after }
    const io = await runCommand(Run, ['--yes'], fakeWorld(world))
    expect(io.exitCode()).toBe(0)
    expect(io.out()).toContain(
      'Warning: orders that appeared under the run, and so were not honoured:\n' +
        '  dev4.example.net before dev1.example.net: exported Host[x], dev4.example.net -> dev1.example.net\n',
    )
    const json = await runCommand(Run, ['--yes', '--json'], fakeWorld(world))
    expect(JSON.parse(json.out())).toMatchObject({
      not_honoured: [{ from: edge.from, to: edge.to }],
    })
  })

  it('ends as it ended though the graph cannot be read again', async () => {
    const afterRun = async () => Promise.reject(new Error('gone'))
    const io = await runCommand(Run, ['--yes'], fakeWorld({ environment: LAMP, afterRun }))
    expect(io.exitCode()).toBe(0)
    expect(io.err()).toContain('whether the graph changed under the run is not known: gone')
  })

  it('shows each batch', async () => {
    const { openSession } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Run, ['--yes', '--batch', '2'], { openSession })
    const lines = timeless(io.out()).split('\n')
    expect(lines.filter((line) => /Group|Batch/.test(line)).slice(-4)).toMatchInlineSnapshot(`
      [
        "TIME Batch 1 of 1: 1 node",
        "TIME Group 2 of 2: 3 nodes",
        "TIME Batch 1 of 2: 2 nodes",
        "TIME Batch 2 of 2: 1 node",
      ]
    `)
  })

  it('names what is not proven, what stays disabled and the command that frees it', async () => {
    const { openSession } = fakeWorld(failing)
    const io = await runCommand(Run, ['--yes'], { openSession })
    expect(io.exitCode()).toBe(7)
    const out = timeless(io.out())
    expect(out.slice(out.indexOf('\nRun RUN failed'))).toMatchInlineSnapshot(`
      "
      Run RUN failed after SPAN: 4 nodes, 3 changed, 1 failed

      Not proven:
        dev2.example.net  failed: 1 of 10 resources failed

      Warnings:
        dev2.example.net  1 resource of 10 skipped

      Disabled by us:
        dev1.example.net  Lamp[app1] holds dev2.example.net, which is not proven
        dev2.example.net  failed: 1 of 10 resources failed
        dev3.example.net  Lamp[app1] holds dev2.example.net, which is not proven
        dev4.example.net  Lamp[app1] holds dev2.example.net, which is not proven
      The simulated fleet ended with this command; with --set transport.state=FILE it is kept
      "
    `)
  })

  it('has a live line on a terminal and takes it away at the end', async () => {
    const { openSession } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Run, ['--yes'], { openSession, tty: true })
    const [, after = ''] = io.out().split('succeeded')
    expect(after).not.toContain('\x1b[2K')
    expect(io.out()).toContain('\x1b[32msucceeded\x1b[39m')
  })
})

describe('a run that is refused', () => {
  it('shows all that speaks against it, once, and says what now', async () => {
    const { openSession, fleet } = fakeWorld({
      environment: LAMP,
      scenario: {
        nodes: {
          'dev2.example.net': [{ fault: 'disabled', message: 'ask Joe' }],
          'dev3.example.net': [{ fault: 'silent' }],
        },
      },
    })
    const io = await runCommand(Run, ['--yes'], { openSession })
    expect(io.exitCode()).toBe(3)
    const out = io.out()
    const found = out.slice(out.indexOf('Not ready:'))
    expect(found.match(/dev2\.example\.net/g)).toHaveLength(1)
    expect(found).toContain('dev2.example.net  disabled by somebody else: "ask Joe"')
    expect(found).toContain('Refused: 2 of 4 nodes are not ready; nothing was touched\n')
    expect(found).not.toContain('dev4')
    expect(io.err()).toMatch(/^Error: The run is refused, nothing was touched: 2 of 4 nodes/)
    expect(io.err()).toContain('\nHint: ')
    expect(changesOf(fleet)).toEqual([])
  })
})

describe('a run under --json', () => {
  it('prints its report and nothing else on standard output', async () => {
    const { openSession } = fakeWorld(failing)
    const io = await runCommand(Run, ['--yes', '--json'], { openSession })
    const report = JSON.parse(io.out()) as RunReport
    expect(report).toMatchObject({ schema: 'choirmaster.report/1', result: 'failed', exit: 7 })
    expect(report.nodes['dev2.example.net']).toMatchObject({ result: 'failed', lock: 'ours' })
    expect(report.left_disabled['dev2.example.net']?.command).toBe(
      `choirmaster enable --run ${report.run}`,
    )
    expect(io.err()).toContain('Group 1 of 2')
  })

  it('prints the report with the error when the look speaks against it', async () => {
    const { openSession, fleet } = fakeWorld({
      environment: LAMP,
      scenario: { nodes: { 'dev3.example.net': [{ fault: 'silent' }] } },
    })
    const io = await runCommand(Run, ['--yes', '--json'], { openSession })
    expect(io.exitCode()).toBe(3)
    expect(JSON.parse(io.out())).toMatchObject({
      result: 'refused',
      exit: 3,
      error: { code: 'run-refused', place: 'dev3.example.net' },
    })
    expect(changesOf(fleet)).toEqual([])
  })
})

it('refuses nodes that the source of the graph has something against', async () => {
  const why = { code: 'puppetdb-no-report', message: 'no report within 24 h', blocks: true }
  const { openSession, fleet } = fakeWorld({
    environment: LAMP,
    findings: () => new Map([['dev3.example.net', why]]),
  })
  const io = await runCommand(Run, ['--yes'], { openSession })
  expect(io.exitCode()).toBe(3)
  expect(io.out()).toMatch(/Not ready:\n {2}dev3\.example\.net {2}no report within 24 h/)
  expect(changesOf(fleet)).toEqual([])
})

describe('before a run', () => {
  it('the look is shown and the operator asked', async () => {
    const { openSession } = fakeWorld({
      environment: LAMP,
      scenario: { nodes: { 'dev3.example.net': [{ fault: 'silent' }] } },
    })
    const io = await runCommand(Run, ['--unready', 'skip'], { openSession, answers: ['y'] })
    expect(io.asked).toEqual([
      'Run Puppet on 3 nodes (1 skipped), 20 at a time, production? (y/n) ',
    ])
    expect(io.out()).toContain('Not ready:\n')
    expect(io.out()).toMatch(/ {2}dev3\.example\.net {2}\S/)
  })

  it.each(['n', '', 'yess', undefined])('the answer %j touches nothing', async (answer) => {
    const { openSession, fleet } = fakeWorld({ environment: LAMP })
    const answers = answer === undefined ? [] : [answer]
    const io = await runCommand(Run, [], { openSession, answers })
    expect(io.exitCode()).toBe(3)
    expect(io.err()).toContain('Not confirmed')
    expect(changesOf(fleet)).toEqual([])
  })

  it('nothing is opened when there is nobody to ask', async () => {
    const { openSession, opened } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Run, ['--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({
      error: { code: 'usage-needs-yes', place: '--yes' },
    })
    expect(io.exitCode()).toBe(1)
    expect(opened).toEqual([])
  })

  it('an empty plan is refused', async () => {
    const { openSession } = fakeWorld({ environment: site().build() })
    const io = await runCommand(Run, ['--yes', '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'plan-empty' } })
    expect(io.exitCode()).toBe(3)
  })

  it('an assumed producer needs somebody to vouch for it under --yes', async () => {
    const environment = site()
      .application('Db[main]')
      .component('Db::Server[main]', 'db.example.net', { produces: ['Sql[main]'] })
      .application('Web[blog]')
      .component('Web::App[blog]', 'web.example.net', { consumes: ['Sql[main]'] })
      .build()
    const selected = ['--instance', 'Web[blog]', '--yes', '--json']
    const { openSession, fleet } = fakeWorld({ environment })
    const io = await runCommand(Run, selected, { openSession })
    expect(io.exitCode()).toBe(3)
    expect(JSON.parse(io.out())).toMatchObject({
      error: { code: 'plan-assumes', place: 'db.example.net' },
    })
    expect(io.out()).toContain('--assume-done db.example.net')
    expect(requestsOf(fleet)).toEqual([])
    const again = await runCommand(Run, [...selected, '--assume-done', 'db.example.net'], {
      openSession,
    })
    expect(again.exitCode()).toBe(0)
  })
})

describe('an interrupt', () => {
  it('at the question says that nothing was touched, and nothing else', async () => {
    const { openSession, fleet } = fakeWorld({ environment: LAMP })
    const io = fakeIo({ answers: ['y'] })
    const ask: Io['ask'] = (question, signal) => {
      io.signals.emit('SIGINT')
      return signal.aborted ? Promise.reject(signal.reason as Error) : io.ask(question, signal)
    }
    await runCommand(Run, [], { io: { ...io, ask }, openSession })
    const [, shown = ''] = timeless(io.out()).split('touching nothing\n')
    expect(shown).toBe('TIME Cancelled; nothing was touched\n')
    expect(io.err()).toBe('')
    expect(changesOf(fleet)).toEqual([])
    expect(io.exitCode()).toBe(3)
  })

  it('stops the run softly, and the report says what became of each node', async () => {
    const { openSession } = fakeWorld({ environment: LAMP })
    const io = fakeIo()
    const watched = {
      ...io,
      stdout: {
        write(text: string) {
          io.stdout.write(text)
          if (text.includes('Running Puppet on dev1')) io.signals.emit('SIGINT')
        },
      },
    }
    await runCommand(Run, ['--yes'], { io: watched, openSession })
    const out = timeless(io.out())
    expect(out).toContain('Stopping: nothing new starts')
    expect(out).toContain('Cancelled by Ctrl-C')
    expect(out).toContain('dev2.example.net  cancelled')
    expect(io.signals.eventNames()).toEqual([])
    expect([5, 7]).toContain(io.exitCode())
  })
})

describe('a plan file', () => {
  let folder: string
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'planfile-'))))
  afterEach(() => rm(folder, { recursive: true }))

  it('is run as it was reviewed', async () => {
    const { default: Plan } = await import('./plan.js')
    const { openSession } = fakeWorld({ environment: LAMP })
    const options = { openSession, cwd: folder }
    await runCommand(Plan, ['--out', 'p.json', '--batch', '2'], options)
    const io = await runCommand(Run, ['p.json', '--yes'], options)
    expect(io.exitCode()).toBe(0)
    expect(io.out()).toContain('Batch 2 of 2')
  })

  it('is refused when the site has changed since, and what changed is said', async () => {
    const { default: Plan } = await import('./plan.js')
    const world = fakeWorld({ environment: LAMP })
    const options = { openSession: world.openSession, cwd: folder }
    await runCommand(Plan, ['--out', 'p.json'], options)
    const { 'Lamp[app2]': _gone, ...rest } = LAMP.applications
    world.change({ ...LAMP, applications: rest })
    const io = await runCommand(Run, ['p.json', '--yes', '--json'], options)
    expect(io.exitCode()).toBe(3)
    const { error } = JSON.parse(io.out()) as { error: { problems: { message: string }[] } }
    expect(error).toMatchObject({ code: 'planfile-outdated', place: 'p.json' })
    expect(JSON.stringify(error.problems)).toContain('Lamp[app2]')
    expect(requestsOf(world.fleet)).toEqual([])
  })

  it.each([
    ['--batch', '1'],
    ['--instance', 'Lamp[app1]'],
    ['--environment', 'test'],
    ['--accept-unverified'],
  ])('leaves no room for %s', async (...flag) => {
    const { openSession, opened } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Run, ['p.json', '--yes', '--json', ...flag], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({
      error: { code: 'usage-bad-flag', place: flag[0] },
    })
    expect(io.exitCode()).toBe(1)
    expect(opened).toEqual([])
  })
})
