import { appendFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Host, Notice, Transport } from '@choirmaster/core/provide'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clockFor } from './clock/clock-for.js'
import type { SimulatorOptions } from './options.js'
import { simulatorProvider } from './provider.js'

let baseDir: string
/** Each clock listens to it: of each test its own. */
let signal: AbortSignal
beforeEach(async () => {
  signal = new AbortController().signal
  baseDir = await mkdtemp(join(tmpdir(), 'choirmaster-simulator-'))
})
afterEach(() => rm(baseDir, { recursive: true }))

const file = (name: string): string => join(baseDir, name)

interface Opened {
  readonly transport: Transport
  readonly clock: Clock
  readonly notices: readonly Notice[]
}

async function opened(options: SimulatorOptions): Promise<Opened> {
  const notices: Notice[] = []
  const clock = await clockFor(options, baseDir)
  const host: Host = {
    baseDir,
    clock,
    random: { next: () => 0.5 },
    notice: (notice) => void notices.push(notice),
  }
  return { transport: await simulatorProvider.open(options, host, { signal }), clock, notices }
}

async function ask(
  transport: Transport,
  action: string,
  node: string,
  changes = true,
): Promise<unknown> {
  const request = { agent: 'puppet', action, data: {}, nodes: [node], timeoutMs: 30_000 }
  for await (const answer of transport.request({ ...request, changes }, { signal })) {
    return answer.kind === 'reply' ? answer.data : answer.why
  }
  return undefined
}

const SCENARIO = `
schema: choirmaster.scenario/1
seed: 5
start: 2026-01-05T08:00:00Z
nodes:
  db1.example.net:
    - fault: silent
  web9.example.net:
    - fault: hangs
`

describe('the simulator', () => {
  it('is a healthy fleet of whatever is asked for when nothing is said', async () => {
    const { transport, notices } = await opened({})
    expect(await ask(transport, 'status', 'a')).toMatchObject({ enabled: true })
    await transport.close?.()
    expect(notices).toEqual([
      { level: 'debug', code: 'simulator-fleet', message: 'The fleet is simulated: seed 1' },
    ])
  })

  it('reads a scenario, and warns of names that nobody asked for', async () => {
    await writeFile(file('s.yaml'), SCENARIO)
    const { transport, clock, notices } = await opened({ scenario: 's.yaml' })
    expect(clock.now()).toBe(Date.UTC(2026, 0, 5, 8))
    expect(await ask(transport, 'status', 'db1.example.net')).toBe('no-reply')
    await transport.close?.()
    expect(notices.map(({ message }) => message)).toEqual([
      'The fleet is simulated: seed 5, scenario s.yaml',
      'The scenario has faults for web9.example.net, but no such node was asked for',
    ])
  })

  it('tells line and column of what is wrong in a scenario', async () => {
    await writeFile(file('s.yaml'), SCENARIO.replace('hangs', 'hang'))
    await expect(opened({ scenario: 's.yaml' })).rejects.toMatchObject({
      code: 'scenario-invalid',
      place: 's.yaml:9:7',
      hint: 'Did you mean hangs?',
    })
    await expect(opened({ scenario: 'none.yaml' })).rejects.toMatchObject({
      code: 'document-not-found',
    })
  })

  it('writes the log as things happen, 0600, and appends to it', async () => {
    const options = { log: 'fleet.ndjson', seed: 3 }
    for (const node of ['a', 'b']) {
      const { transport } = await opened(options)
      await ask(transport, 'disable', node)
      const lines = (await readFile(file('fleet.ndjson'), 'utf8')).trimEnd().split('\n')
      const last = JSON.parse(lines.at(-1) ?? '') as object
      expect(last).toMatchObject({ node, what: 'answer', action: 'disable' })
      await transport.close?.()
    }
    expect((await stat(file('fleet.ndjson'))).mode & 0o777).toBe(0o600)
    const log = await readFile(file('fleet.ndjson'), 'utf8')
    expect(log.match(/"what":"fleet"/g)).toHaveLength(2)
  })

  it('gives the same log for the same seed and start', async () => {
    await writeFile(file('s.yaml'), SCENARIO)
    const logs = []
    for (const log of ['one', 'two']) {
      const { transport } = await opened({ scenario: 's.yaml', log })
      for (const action of ['status', 'disable', 'runonce', 'enable', 'runonce', 'status']) {
        await ask(transport, action, 'web1')
      }
      await transport.close?.()
      logs.push(await readFile(file(log), 'utf8'))
    }
    expect(logs[0]).toBe(logs[1])
  })

  it('keeps the fleet in a state file: a later command finds the nodes as they were', async () => {
    const options = { state: 'fleet.json' }
    const first = await opened(options)
    await ask(first.transport, 'disable', 'a')
    const ended = first.clock.now()
    await first.transport.close?.()
    expect((await stat(file('fleet.json'))).mode & 0o777).toBe(0o600)

    const second = await opened(options)
    expect(second.clock.now()).toBeGreaterThanOrEqual(ended)
    expect(await ask(second.transport, 'status', 'a')).toMatchObject({ enabled: false })
    expect(await ask(second.transport, 'status', 'b')).toMatchObject({ enabled: true })
    await second.transport.close?.()
  })

  it('finds the nodes again as they were told to be, also when it was killed', async () => {
    const options = { state: 'fleet.json' }
    const killed = await opened(options)
    await ask(killed.transport, 'disable', 'a')
    await ask(killed.transport, 'runonce', 'b')
    await killed.clock.sleepUntil(killed.clock.now() + 120_000, signal)
    const last = (await ask(killed.transport, 'status', 'b')) as { readonly lastrun: number }
    // A line that was being written.
    await appendFile(file('fleet.json'), '{"at":17')

    const { transport, clock } = await opened(options)
    expect(clock.now()).toBe(killed.clock.now())
    expect(await ask(transport, 'status', 'a')).toMatchObject({ enabled: false })
    expect(await ask(transport, 'status', 'b')).toMatchObject({ lastrun: last.lastrun })
    await transport.close?.()
    expect((await readFile(file('fleet.json'), 'utf8')).trimEnd().split('\n')).toHaveLength(1)
  })

  it('goes on with what was going to happen when it was killed', async () => {
    const options = { state: 'fleet.json' }
    const killed = await opened(options)
    await ask(killed.transport, 'runonce', 'a')
    const { transport, clock } = await opened(options)
    expect(await ask(transport, 'status', 'a')).toMatchObject({ applying: false })
    const before = Math.floor(clock.now() / 1000)
    await clock.sleepUntil(clock.now() + 300_000, signal)
    const after = (await ask(transport, 'status', 'a')) as { readonly lastrun: number }
    expect(after.lastrun).toBeGreaterThan(before)
    await transport.close?.()
  })

  it('keeps what one command does to nodes while others look at them', async () => {
    const options = { state: 'fleet.json' }
    const run = await opened(options)
    await ask(run.transport, 'disable', 'a')
    const look = await opened(options)
    await ask(look.transport, 'status', 'a', false)
    await ask(run.transport, 'disable', 'b')
    await look.transport.close?.()
    // Nothing was written between what this one read and its end.
    const other = await opened(options)
    await ask(other.transport, 'status', 'a', false)
    await other.transport.close?.()
    await ask(run.transport, 'disable', 'c')

    const { transport } = await opened(options)
    for (const node of ['a', 'b', 'c']) {
      expect(await ask(transport, 'status', node, false), node).toMatchObject({ enabled: false })
    }
    expect(run.notices).toEqual(look.notices)
  })

  it('says that it undoes what another command did since it read the fleet', async () => {
    const options = { state: 'fleet.json' }
    const waiting = await opened(options)
    const other = await opened(options)
    await ask(other.transport, 'disable', 'b')
    await other.transport.close?.()
    await ask(waiting.transport, 'disable', 'a')
    expect(waiting.notices).toContainEqual(
      expect.objectContaining({ level: 'warning', code: 'simulator-state-undone' }),
    )

    // Also what one did that was killed.
    const next = await opened(options)
    await ask(waiting.transport, 'disable', 'c')
    await ask(next.transport, 'disable', 'd')
    expect(next.notices).toContainEqual(expect.objectContaining({ code: 'simulator-state-undone' }))
  })

  it('does not write for a look what was changed before that had ended', async () => {
    const options = { state: 'fleet.json' }
    const run = await opened(options)
    await ask(run.transport, 'disable', 'a')
    const look = await opened(options)
    await ask(run.transport, 'disable', 'b')
    await run.transport.close?.()
    await look.transport.close?.()
    const { transport } = await opened(options)
    expect(await ask(transport, 'status', 'b', false)).toMatchObject({ enabled: false })
  })

  it('keeps the fleet again where its file is moved away meanwhile', async () => {
    const options = { state: 'fleet.json' }
    const run = await opened(options)
    await ask(run.transport, 'disable', 'a')
    await rename(file('fleet.json'), file('old.json'))
    await ask(run.transport, 'disable', 'b')
    const { transport } = await opened(options)
    expect(await ask(transport, 'status', 'a', false)).toMatchObject({ enabled: false })
    expect(await ask(transport, 'status', 'b', false)).toMatchObject({ enabled: false })
  })

  it('is the fleet of who changes nodes last, and tells the one before', async () => {
    const options = { state: 'fleet.json' }
    const slept = await opened(options)
    await ask(slept.transport, 'disable', 'a')
    const next = await opened(options)
    await ask(next.transport, 'enable', 'a')
    await ask(slept.transport, 'disable', 'b')
    await slept.transport.close?.()
    await next.transport.close?.()
    expect(slept.notices).toContainEqual(
      expect.objectContaining({ level: 'warning', code: 'simulator-state-taken' }),
    )
    const { transport } = await opened(options)
    expect(await ask(transport, 'status', 'a', false)).toMatchObject({ enabled: true })
    expect(await ask(transport, 'status', 'b', false)).toMatchObject({ enabled: true })
  })

  it('keeps a state file that does not grow without end', async () => {
    const { transport, clock } = await opened({ state: 'fleet.json' })
    await ask(transport, 'disable', 'node0')
    const nodes = Array.from({ length: 500 }, (_, index) => `node${index}`)
    for (let round = 0; round < 12; round++) {
      const request = { agent: 'puppet', action: 'status', data: {}, nodes, timeoutMs: 30_000 }
      for await (const { kind } of transport.request({ ...request, changes: false }, { signal })) {
        expect(kind).toBe('reply')
      }
      await clock.sleepUntil(clock.now() + 1000, signal)
    }
    const { size } = await stat(file('fleet.json'))
    expect(size).toBeGreaterThan(400_000)
    expect(size).toBeLessThan(6_000_000)
    await transport.close?.()
  })

  it('does not take a file for its state that is none', async () => {
    await writeFile(file('fleet.json'), '{"schema":"other"}')
    await expect(opened({ state: 'fleet.json' })).rejects.toMatchObject({
      code: 'simulator-state-unusable',
    })
    await writeFile(file('fleet.json'), '{')
    await expect(opened({ state: 'fleet.json' })).rejects.toMatchObject({
      code: 'simulator-state-unusable',
    })
    expect(await readFile(file('fleet.json'), 'utf8')).toBe('{')
  })

  it('says where it cannot write', async () => {
    await expect(opened({ log: 'none/fleet.ndjson' })).rejects.toMatchObject({
      code: 'simulator-log-unusable',
      message: 'Cannot write none/fleet.ndjson: there is no such file or folder',
    })
    await expect(opened({ state: 'none/fleet.json' })).rejects.toMatchObject({
      code: 'simulator-state-unusable',
      message: expect.stringContaining('there is no such file or folder'),
    })
  })

  it('runs at the speed that is asked for', async () => {
    const { clock, transport } = await opened({ speed: 1000 })
    const before = performance.now()
    expect(await ask(transport, 'status', 'a')).toMatchObject({ enabled: true })
    expect(performance.now() - before).toBeGreaterThanOrEqual(1)
    expect(clock.now()).toBeGreaterThan(Date.UTC(2026, 0, 1))
  })
})
