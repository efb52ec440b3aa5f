import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePlan, type RunReport, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeIo } from '../test/fake-io.js'
import { runCommand } from '../test/run-command.js'
import Config from './commands/config.js'
import Doctor from './commands/doctor.js'
import Enable from './commands/enable.js'
import Plan from './commands/plan.js'
import Run from './commands/run.js'
import Runs from './commands/runs.js'
import Show from './commands/show.js'
import Status from './commands/status.js'
import { openSession } from './open-session.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'))
  await copyFile(new URL('../test/fixtures/lamp.json', import.meta.url), join(folder, 'site.json'))
})
afterEach(() => rm(folder, { recursive: true }))

const STORE = ['--set', 'store.dir=./state']
type Command = Parameters<typeof runCommand>[0]
const command = (one: Command, ...argv: string[]) => runCommand(one, argv, { cwd: folder })

describe('with the built-in providers', () => {
  it('a site file is planned, run on the simulated fleet, listed and shown', async () => {
    const site = ['--site', 'site.json']
    const planned = await command(Plan, ...site, '--json')
    expect(planned.err()).toBe('')
    const ran = await command(Run, ...site, ...STORE, '--yes', '--json')
    expect(ran.err()).toContain('Simulated fleet: no real node is touched')
    const report = JSON.parse(ran.out()) as RunReport
    expect(report).toMatchObject({ result: 'succeeded', exit: 0 })
    const { digest } = JSON.parse(planned.out()) as { digest: string }
    expect(report.digest).toBe(digest)
    const runs = await command(Runs, ...STORE, '--json')
    expect(JSON.parse(runs.out())).toMatchObject([{ run: report.run }])
    const shown = await command(Show, report.run, ...STORE, '--json')
    expect(JSON.parse(shown.out())).toEqual(report)
    expect(await readdir(join(folder, 'state', 'locks'))).toEqual([])
  })

  it('the fleet keeps a log where it is asked to; which fleet it was is told in one line', async () => {
    const argv = ['--site', 'site.json', ...STORE, '--set', 'transport.log=./fleet.ndjson', '--yes']
    const ran = await command(Run, ...argv, '--set', 'transport.seed=5')
    expect(ran.exitCode()).toBe(0)
    expect(ran.err().match(/.*imulated.*/g)).toEqual([
      'Simulated fleet: no real node is touched (seed 5)',
    ])
    expect(await readFile(join(folder, 'fleet.ndjson'), 'utf8')).toContain('"started"')
  })

  it('a plan file reads its site again from wherever it is run', async () => {
    await command(Plan, '--site', 'site.json', '--out', 'p.json')
    const io = fakeIo({ cwd: tmpdir() })
    await runCommand(Run, [join(folder, 'p.json'), '--yes', '--set', `store.dir=${folder}/state`], {
      io,
    })
    expect(io.exitCode()).toBe(0)
  })

  it('an enforced environment is that of the graph', async () => {
    const session = await openSession(
      { site: 'site.json', 'enforce-environment': true },
      fakeIo({ cwd: folder }),
      ['catalog'],
    )
    const plan = makePlan({ environment: 'staging', applications: {} }, WHOLE_SITE, sha256)
    expect(session.optionsFor(plan).run).toEqual({ noop: false, environment: 'staging' })
    await session.close()
  })
})

describe('parts of the nodes', () => {
  it('are numbers in the plan file, as in the printed plan', async () => {
    const io = fakeIo({ cwd: folder })
    const flags = ['--concurrency', '50%', '--batch', '1,50%', '--canary', '1']
    await runCommand(Plan, ['--site', 'site.json', ...flags, '--out', 'parts.json'], { io })
    expect(io.err()).toContain('Plan file written')
    const file = JSON.parse(await readFile(join(folder, 'parts.json'), 'utf8')) as {
      plan: { nodes: object; groups: unknown[] }
      options: object
    }
    const width = Math.max(1, Math.floor(Object.keys(file.plan.nodes).length / 2))
    expect(file.options).toMatchObject({ order: 'groups', width, canary: 1 })
    expect(file.options).toHaveProperty('batch.length', file.plan.groups.length)
    expect(io.out()).toContain(`In batches, ${width} node`)
    expect(io.out()).toContain(', 1 canary of each group first. Plan ')
  })
})

describe('what cannot be used', () => {
  it.each<[string, Command, string[], object]>([
    ['no source', Plan, [], { code: 'config-no-catalog' }],
    [
      'no such source',
      Plan,
      ['--catalog', 'pupet'],
      { code: 'provider-unknown', place: '--catalog' },
    ],
    [
      'no such transport, though plan needs none',
      Plan,
      ['--site', 'site.json', '--transport', 'x'],
      { code: 'provider-unknown', place: '--transport' },
    ],
    ['no such site', Plan, ['--site', 'gone.yaml'], { code: 'document-not-found' }],
    [
      'no such option',
      Run,
      ['--yes', '--site', 'site.json', '--set', 'transport.speeed=1'],
      { code: 'provider-options', place: '--set transport.speeed' },
    ],
    [
      'no such kind',
      Run,
      ['--yes', '--site', 'site.json', '--set', 'transprt.log=x'],
      { code: 'config-set' },
    ],
    ['no such configuration', Runs, ['--config', 'gone.yaml'], { code: 'document-not-found' }],
    ['no such run', Show, ['nosuch', ...STORE], { code: 'store-run-unknown', place: 'nosuch' }],
    ['no such plan file', Run, ['gone.json', '--yes'], { code: 'document-not-found' }],
    ['a site that is a plan', Run, ['site.json', '--yes'], { code: 'planfile-invalid' }],
  ])('%s: is a coded error with a place and a hint, exit 1', async (_, one, argv, expected) => {
    const io = await command(one, ...argv, '--json')
    const { error } = JSON.parse(io.out()) as { error: { place: string; hint: string } }
    expect(error).toMatchObject(expected)
    expect(error.place).toBeTruthy()
    expect(error.hint).toBeTruthy()
    expect(io.exitCode()).toBe(1)
  })
})

describe('a simulated fleet', () => {
  const WARNING = 'Warning: no Choria configuration was found on this machine'
  const status = ['-I', 'dev1.example.net', '--json']

  it('is told loudly where nobody asked for it', async () => {
    const io = await command(Status, ...status)
    expect(io.err()).toContain('Simulated fleet: no real node is touched')
    expect(io.err()).toContain(WARNING)
    expect(io.exitCode()).toBe(0)
  })

  it.each([
    [['--transport', 'simulator']],
    [['--set', 'transport.seed=3']],
    [['--set', 'transport.use=simulator']],
  ])('is told in a word where it was asked for by %j', async (argv) => {
    const io = await command(Status, ...status, ...argv)
    expect(io.err()).toContain('Simulated fleet: no real node is touched')
    expect(io.err()).not.toContain('Warning')
  })

  it('is never what a machine gets that Choria is set up on', async () => {
    const files = { '/nowhere/.choriarc': '' }
    const argv = ['--config', 'none', '--site', 'site.json']
    await writeFile(join(folder, 'none'), '')
    const io = await runCommand(Config, [...argv, '--json'], { cwd: folder, files })
    const rows = JSON.parse(io.out()) as { key: string }[]
    expect(rows.find(({ key }) => key === 'transport.use')).toEqual({
      ...{ key: 'transport.use', value: 'nats', origin: 'found /nowhere/.choriarc' },
    })
  })
})

it('Choria without a certificate is a coded error, and no simulation', async () => {
  const conf = join(folder, 'client.conf')
  await writeFile(conf, `plugin.choria.ssldir = ${folder}/ssl\n`)
  const argv = ['-I', 'dev1.example.net', '--choria-config', conf, '--json']
  const io = await command(Status, ...argv)
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'identity-certificate-missing' } })
  expect(io.err()).toBe('')
  expect(io.exitCode()).toBe(1)
  const doctor = await command(Doctor, '--choria-config', conf)
  expect(doctor.out()).toContain('NOT OK  certificate')
  expect(doctor.exitCode()).toBe(1)
})

describe('config', () => {
  it('prints each value in force and where it comes from', async () => {
    await writeFile(join(folder, 'choirmaster.yaml'), 'run:\n  batch: 5\n')
    const io = await command(Config, '--site', 'site.json', '--unready', 'skip')
    const rows = io
      .out()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/))
    expect(rows[0]).toEqual(['KEY', 'VALUE', 'FROM'])
    expect(rows).toContainEqual(['run.batch', '5', 'choirmaster.yaml:2:3'])
    expect(rows).toContainEqual(['run.unready', 'skip', '--unready'])
    expect(rows).toContainEqual(['catalog.path', 'site.json', '--site'])
    expect(rows).toContainEqual(['transport.use', 'simulator', 'no Choria configuration found'])
  })

  it("prints Choria's values, each with its line", async () => {
    const conf = join(folder, 'client.conf')
    await writeFile(conf, 'collectives = eu\nplugin.choria.middleware_hosts = b1:4222\n')
    const io = await command(Config, '--choria-config', conf, '--json')
    const rows = JSON.parse(io.out()) as object[]
    expect(rows).toContainEqual({ key: 'choria.collective', value: 'eu', origin: `${conf}:1` })
    expect(rows).toContainEqual({
      ...{ key: 'choria.brokers', value: ['nats://b1:4222'], origin: `${conf}:2` },
    })
    const wrong = ['--choria-config', join(folder, 'gone'), '--json']
    const told = JSON.parse((await command(Config, ...wrong)).out()) as object[]
    expect(told).toContainEqual({
      ...{ key: 'transport', value: null },
      origin: `There is no Choria configuration ${join(folder, 'gone')}`,
    })
  })

  it('prints an array under --json', async () => {
    const io = await command(Config, '--json')
    expect(JSON.parse(io.out())).toContainEqual({
      key: 'run.width',
      value: 20,
      origin: 'default',
    })
  })
})

it('enable needs no site and no journal', async () => {
  const io = await command(
    Enable,
    '--run',
    'r1',
    '--node',
    'dev1.example.net',
    '--yes',
    '--json',
    ...STORE,
  )
  expect(JSON.parse(io.out())).toMatchObject({
    nodes: { 'dev1.example.net': { result: 'was enabled' } },
    left: [],
  })
  expect(io.exitCode()).toBe(0)
})
