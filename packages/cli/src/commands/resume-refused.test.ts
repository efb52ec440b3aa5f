import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_OPTIONS, DEFAULT_GATE, type EngineOptions } from '@choirmaster/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeWorld, requestsOf, type World } from '../../test/fake-session.js'
import { killedRun } from '../../test/killed-run.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Enable from './enable.js'
import Resume from './resume.js'
import Run from './run.js'

const WORLD: World = {
  environment: LAMP,
  scenario: { nodes: { 'dev3.example.net': [{ fault: 'failed-resources' }] } },
}
type Error = { error: { code: string; message: string; hint: string; problems?: object[] } }
const errorOf = (text: string): Error['error'] => (JSON.parse(text) as Error).error

describe('a run of another fleet', () => {
  it.each([
    ['resumed', Resume, (run: string) => [run]],
    ['freed', Enable, (run: string) => ['--run', run]],
    ['freed by name', Enable, (run: string) => ['--run', run, '--node', 'dev1.example.net']],
    ['taken over', Run, (run: string) => ['--adopt', run]],
  ] as const)('is not %s', async (_, command, args) => {
    const { run, store } = await killedRun(WORLD)
    const world = fakeWorld({ ...WORLD, store, fleetName: '/srv/another.json' })
    const io = await runCommand(command, [...args(run), '--yes', '--json'], world)
    expect(io.exitCode()).toBe(3)
    const { code, message, hint } = errorOf(io.out())
    expect(code).toBe('run-other-fleet')
    expect(message).toBe(
      `Run ${run} was made on the simulated fleet fake, and this command reaches another one`,
    )
    expect(hint).toContain('--set transport.state=fake')
    expect(requestsOf(world.fleet)).toEqual([])
    // The run can be gone on with where it was.
    const there = fakeWorld({ ...WORLD, store })
    expect((await runCommand(Resume, [run, '--yes', '--json'], there)).out()).not.toContain(
      'run-other-fleet',
    )
  })

  it('that ended with its process says so', async () => {
    const { run, store } = await killedRun({ ...WORLD, fleetName: 'process 0' })
    const io = await runCommand(Resume, [run, '--yes', '--json'], fakeWorld({ ...WORLD, store }))
    expect(errorOf(io.out())).toMatchObject({
      message: `Run ${run} was made on a simulated fleet that ended with its process, and this command reaches another one`,
    })
  })

  it('nor is one of a simulated fleet gone on with on real nodes', async () => {
    const { run, store } = await killedRun(WORLD)
    const world = fakeWorld({ ...WORLD, store, simulated: false })
    const io = await runCommand(Resume, [run, '--yes', '--json'], world)
    expect(errorOf(io.out()).message).toContain('and this command reaches real nodes')
  })
})

describe('a site that has changed', () => {
  it.each([
    ['its code', { ...LAMP, code_id: 'v2' }, /: The version of the code was not known and is v2$/],
    [
      'an application',
      {
        ...LAMP,
        applications: Object.fromEntries(Object.entries(LAMP.applications).slice(0, 1)),
      },
      /^The site has changed since run \S+ was started/,
    ],
  ])('%s is named', async (_, environment, message) => {
    const { run, store } = await killedRun(WORLD)
    const world = fakeWorld({ ...WORLD, store, environment })
    const io = await runCommand(Resume, [run, '--yes', '--json'], world)
    expect(io.exitCode()).toBe(3)
    const error = errorOf(io.out())
    expect(error.code).toBe('resume-changed')
    expect(error.message).toMatch(message)
    expect(error.problems?.length).toBeGreaterThan(0)
    expect(requestsOf(world.fleet)).toEqual([])
  })
})

it('a word that is no run is not taken over', async () => {
  const world = fakeWorld(WORLD)
  const io = await runCommand(Run, ['--adopt', 'x y', '--yes', '--json'], world)
  expect(errorOf(io.out()).code).toBe('store-run-unknown')
  expect(requestsOf(world.fleet)).toEqual([])
})

describe('a check whose program cannot be run', () => {
  let folder = ''
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'choirmaster-gate-'))))
  afterEach(() => rm(folder, { recursive: true }))
  const gated = (program: string): Partial<EngineOptions> => ({
    ...DEFAULT_OPTIONS,
    gate: {
      ...DEFAULT_GATE,
      checks: [{ probe: { command: [program, '{node}'] }, of: null, nodes: [0] }],
    },
  })
  const PATH = process.env['PATH'] ?? ''

  it.each([
    ['/no/such', '/no/such is not there, or not executable'],
    ['no-such-program', 'no-such-program is not in the PATH'],
    ['./plain', './plain is not there, or not executable'],
  ])('%s is refused before a node is touched', async (program, why) => {
    await writeFile(join(folder, 'plain'), 'not executable', { mode: 0o600 })
    const world = fakeWorld({ ...WORLD, options: gated(program) })
    const options = { ...world, cwd: folder, env: { PATH } }
    const io = await runCommand(Run, ['--yes', '--json'], options)
    expect(io.exitCode()).toBe(1)
    expect(errorOf(io.out())).toMatchObject({ code: 'gate-program-missing' })
    expect(errorOf(io.out()).message).toContain(why)
    expect(requestsOf(world.fleet)).toEqual([])
  })

  it('is no reason for a check that is for no node, nor to leave a run that was killed', async () => {
    const gate = {
      ...DEFAULT_GATE,
      checks: [{ probe: { command: ['/no/such'] }, of: null, nodes: [] }],
    }
    const world = fakeWorld({ ...WORLD, options: { gate } })
    await runCommand(Run, ['--yes', '--json'], world)
    expect(requestsOf(world.fleet)).not.toEqual([])
    const killed = await killedRun({ ...WORLD, options: gated('true'), env: { PATH } })
    const io = await runCommand(Resume, [killed.run, '--yes', '--json'], {
      ...fakeWorld({ ...WORLD, store: killed.store }),
      env: { PATH: '/nowhere' },
    })
    expect(io.err()).toContain('true is not in the PATH')
    expect(io.out()).not.toContain('gate-program-missing')
  })

  it.each(['true', './check'])('%s is run', async (program) => {
    await writeFile(join(folder, 'check'), '#!/bin/sh\nexit 0\n', { mode: 0o700 })
    const world = fakeWorld({ ...WORLD, options: gated(program) })
    const options = { ...world, cwd: folder, env: { PATH } }
    const io = await runCommand(Run, ['--yes', '--json'], options)
    expect(io.out()).not.toContain('gate-program-missing')
    expect(requestsOf(world.fleet)).not.toEqual([])
  })
})
