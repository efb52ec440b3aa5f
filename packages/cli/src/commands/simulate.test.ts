import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DEFAULT_GATE } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import { changesOf, fakeWorld, requestsOf } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { pastStore } from '../../test/past-store.js'
import { runCommand } from '../../test/run-command.js'
import Simulate from './simulate.js'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'choirmaster-simulate-'))))
afterEach(() => rm(folder, { recursive: true }))

it('says how long a run would take, asks no node and writes nothing', async () => {
  const store = memoryStore()
  const { openSession, fleet } = fakeWorld({ environment: LAMP, store })
  const io = await runCommand(Simulate, ['--seed', '7'], { openSession })
  expect(io.exitCode()).toBe(0)
  expect(io.out()).toMatch(
    /^Simulated, nothing was touched: 4 nodes, run times are assumed, .+\nWith seed 7 the run would succeed after 2 min \d\d s: /,
  )
  expect(changesOf(fleet)).toEqual([])
  expect(requestsOf(fleet)).toEqual([])
  const runs = []
  for await (const run of store.list({ signal: new AbortController().signal })) runs.push(run)
  expect(runs).toEqual([])
})

it('makes checks of ports on the simulated fleet, and takes programs to pass', async () => {
  const checks = [
    { probe: { tcp: 33 }, of: null, nodes: [0] },
    { probe: { command: ['/no/such'] }, of: null, nodes: [0] },
  ]
  const options = { gate: { ...DEFAULT_GATE, checks } }
  const { openSession } = fakeWorld({ environment: LAMP, options })
  const io = await runCommand(Simulate, [], { openSession })
  expect(io.out()).toContain('the run would succeed')
  expect(io.err()).toContain('No program of a check is run')
  const closed = join(folder, 'closed.yaml')
  await writeFile(
    closed,
    'schema: choirmaster.scenario/1\nnodes:\n  dev1.example.net:\n    - { fault: ports-closed }\n',
  )
  const shut = await runCommand(Simulate, ['--scenario', closed], { openSession })
  expect(shut.exitCode()).toBe(5)
  expect(shut.out()).toContain('tcp 33')
})

it('refuses seeds of which two would be the same, and more runs than memory holds', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  for (const args of [
    ['--seed', '99999999999999999999'],
    ['--runs', '10001'],
  ]) {
    const io = await runCommand(Simulate, args, { openSession })
    expect([args, io.exitCode()]).toEqual([args, 1])
  }
})

it('the same seed says the same, another one something else', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  const said = async (seed: string) =>
    (await runCommand(Simulate, ['--json', '--seed', seed], { openSession })).out()
  expect(await said('3')).toBe(await said('3'))
  expect(JSON.parse(await said('3')).seconds).not.toEqual(JSON.parse(await said('4')).seconds)
})

it('takes run times from past runs, but not from simulated ones', async () => {
  const nodes = [1, 2, 3, 4].map((n) => `dev${n}.example.net`)
  const past = async (by: string) => {
    const seconds = Object.fromEntries(nodes.map((node) => [node, 1000]))
    const { openSession } = fakeWorld({
      environment: LAMP,
      store: await pastStore({ seconds, by }),
    })
    return JSON.parse((await runCommand(Simulate, ['--json'], { openSession })).out())
  }
  const real = await past('choria=deploy.mcollective')
  expect(real.with_history).toBe(4)
  // Two groups, one after the other.
  expect(real.seconds.median).toBeGreaterThan(2000)
  expect((await past('choria=simulator.mcollective')).with_history).toBe(0)
})

it('a scenario and many runs: how often what is left', async () => {
  const scenario = join(folder, 'bad.yaml')
  await writeFile(
    scenario,
    'schema: choirmaster.scenario/1\nnodes:\n  dev2.example.net:\n    - { fault: failed-resources, chance: 0.5 }\n',
  )
  const { openSession } = fakeWorld({ environment: LAMP })
  const args = ['--scenario', scenario, '--runs', '20']
  const io = await runCommand(Simulate, args, { openSession })
  expect(io.err()).toBe('')
  expect(io.exitCode()).toBe(5)
  expect(io.out()).toMatch(/20 runs, seeds 1 to 20: .*succeeded/)
  expect(io.out()).toMatch(/Time: .+ \(median\), .+ at most in 9 of 10 runs/)
  expect(io.out()).toMatch(/Not proven:\n {2}dev2\.example\.net {2}\d+ failed of 20 runs/)
  expect(io.out()).toContain('Would stay disabled:')
})
