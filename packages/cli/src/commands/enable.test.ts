import type { NodeAgent, ReleaseReport, RunReport, RunStore } from '@choirmaster/core'
import { CodedError } from '@choirmaster/core'
import { storeError } from '@choirmaster/core/provide'
import { memoryStore } from '@choirmaster/core/testing'
import type { Scenario } from '@choirmaster/simulator'
import { describe, expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { changesOf, fakeWorld, type FakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import { runCommand } from '../../test/run-command.js'
import type { Io } from '../io.js'
import Enable from './enable.js'
import Run from './run.js'

/** A fleet on which a run failed and left nodes disabled. */
async function afterFailure(
  scenario: Scenario = { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' }] } },
): Promise<FakeWorld & { report: RunReport; left: string[] }> {
  const world = fakeWorld({ environment: LAMP, store: memoryStore(), scenario })
  const io = await runCommand(Run, ['--yes', '--json'], world)
  const report = JSON.parse(io.out()) as RunReport
  return { ...world, report, left: Object.keys(report.left_disabled) }
}

/** A run fails on dev2, which hears of no enable after that before its run. */
const SILENT: Scenario = {
  nodes: {
    'dev2.example.net': [
      { fault: 'failed-resources' },
      { fault: 'silent', actions: ['enable'], after_calls: 1 },
    ],
  },
}

const locked: RunStore = {
  ...memoryStore(),
  lock: () => {
    throw storeError('store-nodes-locked', { message: 'Another run holds dev1', place: 'dev1' })
  },
}

it('frees what the run left disabled, and then there is nothing left to free', async () => {
  const { openSession, report, left } = await afterFailure()
  expect(left.length).toBeGreaterThan(0)
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  const released = JSON.parse(io.out()) as ReleaseReport
  for (const node of left) expect(released.nodes[node]?.result).toBe('enabled')
  expect(released.left).toEqual([])
  expect(io.exitCode()).toBe(0)
  const again = await runCommand(Enable, ['--run', report.run, '--yes'], { openSession })
  expect(again.out()).toContain(': already enabled, not by this command\n')
  expect(again.out()).toContain('0 nodes enabled\n')
  expect(again.exitCode()).toBe(0)
})

it('takes `last` and the beginning of an id for the run', async () => {
  const { openSession, report, left } = await afterFailure()
  const argv = ['--node', left[0] ?? '', '--json']
  for (const word of ['last', report.run.slice(0, 9)]) {
    const io = await runCommand(Enable, ['--run', word, ...argv], { openSession, answers: ['n'] })
    expect(JSON.parse(io.out())).toMatchObject({ run: report.run })
    expect(io.asked[0]).toContain(report.run)
  }
})

describe('an interrupt', () => {
  /** Presses Ctrl-C as often while the request to enable is under way. */
  async function interrupted(times: number, scenario?: Scenario) {
    const { openSession, ...world } = await afterFailure(scenario)
    const io = fakeIo()
    const asked: string[][] = []
    const pressing: FakeWorld['openSession'] = async (...given) => {
      const session = await openSession(...given)
      const agent = await session.openAgent()
      const enable: NodeAgent['enable'] = (nodes, ...rest) => {
        asked.push([...nodes])
        for (let n = 0; n < times; n += 1) io.signals.emit('SIGINT')
        return agent.enable(nodes, ...rest)
      }
      return { ...session, openAgent: () => Promise.resolve({ ...agent, enable }) }
    }
    const argv = ['--run', world.report.run, '--yes', '--json']
    await runCommand(Enable, argv, { openSession: pressing, io })
    return { ...world, io, asked, released: JSON.parse(io.out()) as ReleaseReport }
  }

  it('lets what was sent be finished and reported', async () => {
    const { left, released, io } = await interrupted(1)
    for (const node of left) expect(released.nodes[node]?.result).toBe('enabled')
    expect(io.err()).toContain('nothing more is enabled')
    expect(io.exitCode()).toBe(0)
    expect(io.signals.listenerCount('SIGINT')).toBe(0)
  })

  it('keeps from sending once more what got no answer', async () => {
    const silent = (times: number): Promise<Awaited<ReturnType<typeof interrupted>>> =>
      interrupted(times, SILENT)
    expect((await silent(0)).asked).toHaveLength(2)
    const { asked, released, io } = await silent(1)
    expect(asked).toHaveLength(1)
    expect(released.left).toEqual(['dev2.example.net'])
    expect(io.exitCode()).toBe(7)
  })

  it('ends the waiting when there are two, and says what is not known', async () => {
    const { left, released, io } = await interrupted(2)
    expect(released.left).toEqual(left)
    for (const node of left) {
      expect(released.nodes[node]).toMatchObject({ result: 'no answer' })
      expect(released.nodes[node]?.reason).toContain('interrupted')
    }
    expect(io.exitCode()).toBe(7)
  })

  it('ends the waiting for one node, and takes the word of those that answered', async () => {
    const { openSession, ...world } = await afterFailure(SILENT)
    const io = fakeIo()
    const pressing: FakeWorld['openSession'] = async (...given) => {
      const session = await openSession(...given)
      const agent = await session.openAgent()
      async function* enable(...args: Parameters<NodeAgent['enable']>) {
        yield* agent.enable(...args)
        io.signals.emit('SIGINT')
        io.signals.emit('SIGINT')
      }
      return { ...session, openAgent: () => Promise.resolve({ ...agent, enable }) }
    }
    const argv = ['--run', world.report.run, '--yes', '--json']
    await runCommand(Enable, argv, { openSession: pressing, io })
    const released = JSON.parse(io.out()) as ReleaseReport
    expect(released.left).toEqual(['dev2.example.net'])
    expect(released.nodes['dev1.example.net']).toEqual({
      result: 'enabled',
      reason: 'enabled, as it answered; interrupted before it was read back',
    })
    expect(io.exitCode()).toBe(7)
  })

  it('before the request leaves everything as it is', async () => {
    const { openSession, report, fleet } = await afterFailure()
    const before = changesOf(fleet).length
    const io = fakeIo({ answers: ['y'] })
    const ask: Io['ask'] = (question, signal) => {
      io.signals.emit('SIGINT')
      return signal.aborted ? Promise.reject(signal.reason as Error) : io.ask(question, signal)
    }
    await runCommand(Enable, ['--run', report.run, '--json'], { openSession, io: { ...io, ask } })
    expect(changesOf(fleet)).toHaveLength(before)
    expect(io.exitCode()).toBe(7)
  })
})

it('asks first, and leaves everything as it is unless the answer is yes', async () => {
  const { openSession, report, left, fleet } = await afterFailure()
  const before = changesOf(fleet).length
  const io = await runCommand(Enable, ['--run', report.run], { openSession, answers: ['n'] })
  expect(io.asked).toEqual([
    `Enable Puppet on ${left.length} nodes that run ${report.run} disabled? (y/n) `,
  ])
  expect(changesOf(fleet)).toHaveLength(before)
  expect(io.exitCode()).toBe(7)
})

it('leaves alone what another run or an operator disabled', async () => {
  const { openSession } = await afterFailure()
  const io = await runCommand(
    Enable,
    ['--run', '20200101T000000-aaaaaa', '--node', 'dev2.example.net', '--yes'],
    { openSession },
  )
  expect(io.out()).toContain('dev2.example.net: foreign, left alone')
  expect(io.exitCode()).toBe(0)
})

it('finds the nodes by asking around when the store does not know the run', async () => {
  const { openSession, report } = await afterFailure()
  const elsewhere: FakeWorld['openSession'] = async (...asked) => ({
    ...(await openSession(...asked)),
    openStore: () =>
      Promise.resolve({
        ...memoryStore(),
        open: () => {
          const definition = { title: 'No run', hint: 'None.', exit: 1 } as const
          throw new CodedError('test-unknown', definition, { message: 'no such run' })
        },
      }),
  })
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], {
    openSession: elsewhere,
  })
  expect(JSON.parse(io.out())).toMatchObject({
    left: [],
    nodes: { 'dev2.example.net': { result: 'enabled' } },
  })
})

it('says which flag to give when nobody knows the nodes', async () => {
  const { openSession } = fakeWorld({ environment: LAMP, store: locked })
  const blind: FakeWorld['openSession'] = async (...asked) => {
    const session = await openSession(...asked)
    return {
      ...session,
      openAgent: async () => {
        const { discover: _, ...agent } = await session.openAgent()
        return agent
      },
      openStore: () =>
        Promise.resolve({
          ...memoryStore(),
          open: () => {
            const definition = { title: 'No run', hint: 'None.', exit: 1 } as const
            throw new CodedError('test-unknown', definition, { message: 'no such run' })
          },
        }),
    }
  }
  const io = await runCommand(Enable, ['--run', 'x', '--yes', '--json'], { openSession: blind })
  expect(JSON.parse(io.out())).toMatchObject({
    error: { code: 'enable-nodes-unknown', place: '--node' },
  })
  expect(io.exitCode()).toBe(1)
})

it('keeps out of a run that still goes on', async () => {
  const { openSession, fleet } = fakeWorld({ environment: LAMP, store: locked })
  const argv = ['--run', 'r1', '--node', 'dev1.example.net', '--yes', '--json']
  const io = await runCommand(Enable, argv, { openSession })
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'store-nodes-locked' } })
  expect(io.exitCode()).toBe(3)
  expect(changesOf(fleet)).toEqual([])
})

it('needs --yes where there is nobody to ask', async () => {
  const { openSession, opened } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Enable, ['--run', 'r1', '--json'], { openSession })
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'usage-needs-yes', place: '--yes' } })
  expect(opened).toEqual([])
})

describe('of a run whose process died a moment ago', () => {
  const never = new AbortController().signal
  const DEV2 = 'dev2.example.net'

  /** The process died after it had asked dev2 to disable itself, which happens 75 s later; its journal has no answer. */
  async function afterDeath() {
    const scenario: Scenario = {
      nodes: { [DEV2]: [{ fault: 'late-effect', actions: ['disable'] }] },
    }
    const store = memoryStore()
    const world = fakeWorld({ environment: LAMP, store, scenario })
    const { clock, openAgent } = await world.openSession({}, fakeIo(), [])
    const agent = await openAgent()
    const events = await recordRun({ environment: LAMP })
    const [created] = events
    if (created?.type !== 'created') throw new Error('no run')
    const dev2 = created.plan.nodes.indexOf(DEV2)
    const last = events.findIndex((event) => event.type === 'intent' && event.nodes.includes(dev2))
    const { run, lockText } = created
    const header = { run, at: '', by: agent.caller, environment: 'production', nodes: 4 }
    await store.lock(created.plan.nodes, header, { signal: never })
    const journal = await store.create(header, { signal: never })
    await journal.append(events.slice(0, last + 1), { epoch: 1, seq: 0 }, { signal: never })
    const sent = (async () => {
      for await (const outcome of agent.disable([DEV2], lockText, { signal: never })) void outcome
    })()
    store.orphan(run)
    const enabledAt = clock.now()
    return { ...world, run, clock, sent, enabledAt, openFor: agent.openFor }
  }

  it('waits until nothing of it can act any more, says why, and enables for good', async () => {
    const { openSession, run, clock, sent, enabledAt, openFor, fleet } = await afterDeath()
    const io = await runCommand(Enable, ['--run', run, '--yes'], { openSession })
    expect(io.err()).toMatch(
      /^What run \S+ sent last to dev2\S+, dev3\S+, dev4\S+ had no answer and may still act until \S+Z: nothing is enabled before\n$/,
    )
    expect(io.out()).toContain(`${DEV2}: enabled, read back from the node`)
    expect(clock.now() - enabledAt).toBeGreaterThan(openFor)
    await sent
    await clock.sleepUntil(clock.now() + openFor, never)
    expect(fleet.node(DEV2)?.state.lock ?? null).toBeNull()
    expect(io.exitCode()).toBe(0)
  })

  it('waits for none of the nodes that were not asked about', async () => {
    const { openSession, run, clock, enabledAt, openFor } = await afterDeath()
    const argv = ['--run', run, '--node', 'dev1.example.net', '--yes']
    const io = await runCommand(Enable, argv, { openSession })
    expect(io.err()).toBe('')
    expect(clock.now() - enabledAt).toBeLessThan(openFor)
  })

  it('waits for it too where another run is enabled, whose nodes it took over', async () => {
    const { openSession, run, clock, enabledAt, openFor } = await afterDeath()
    const store = await (await openSession({}, fakeIo(), [])).openStore()
    await store.unlock(run, { signal: never })
    const argv = ['--run', '20260101T000000-before', '--node', DEV2, '--yes']
    const io = await runCommand(Enable, argv, { openSession })
    expect(io.err()).toContain(`What run ${run} sent last to ${DEV2} had no answer and may still`)
    expect(clock.now() - enabledAt).toBeGreaterThan(openFor)
  })

  it('an interrupt ends the waiting, and nothing is enabled', async () => {
    const { openSession, run, clock, enabledAt, openFor, fleet } = await afterDeath()
    const io = fakeIo()
    const running = runCommand(Enable, ['--run', run, '--yes'], { openSession, io })
    await clock.sleepUntil(enabledAt + openFor / 2, never)
    const before = changesOf(fleet).length
    io.signals.emit('SIGINT')
    await running
    expect(changesOf(fleet)).toHaveLength(before)
  })

  it('nor is a store waited for after an interrupt that does not give the journal', async () => {
    const { openSession, run, clock, enabledAt, fleet } = await afterDeath()
    const io = fakeIo()
    const store = memoryStore()
    const open: RunStore['open'] = () => {
      setImmediate(() => io.signals.emit('SIGINT'))
      return new Promise(() => {})
    }
    const silent: FakeWorld['openSession'] = async (...asked) => ({
      ...(await openSession(...asked)),
      openStore: () => Promise.resolve({ ...store, open }),
    })
    const before = changesOf(fleet).length
    await runCommand(Enable, ['--run', run, '--node', DEV2, '--yes'], { openSession: silent, io })
    expect(changesOf(fleet)).toHaveLength(before)
    expect(io.out()).toContain(`${DEV2}: `)
    expect(clock.now() - enabledAt).toBeLessThan(10_000)
  })

  it('says that it does not know where there is no journal', async () => {
    const { openSession, run } = await afterDeath()
    const elsewhere: FakeWorld['openSession'] = async (...asked) => ({
      ...(await openSession(...asked)),
      openStore: () => Promise.resolve(memoryStore()),
    })
    const argv = ['--run', run, '--node', DEV2, '--yes']
    const io = await runCommand(Enable, argv, { openSession: elsewhere })
    expect(io.err()).toContain(
      `What run ${run} did last is not known here: There is no run ${run}.`,
    )
    expect(io.err()).toContain('less than 1 min 20 s ago')
  })
})

it('of a run that has ended waits for nothing', async () => {
  const { openSession, report } = await afterFailure()
  const io = await runCommand(Enable, ['--run', report.run, '--yes'], { openSession })
  expect(io.err()).toBe('')
  expect(io.exitCode()).toBe(0)
})
