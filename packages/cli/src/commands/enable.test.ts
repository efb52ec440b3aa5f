import type { ReleaseReport, RunReport, RunStore } from '@choirmaster/core'
import { CodedError } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { changesOf, fakeWorld, type FakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Enable from './enable.js'
import Run from './run.js'

/** A fleet on which a run failed and left nodes disabled. */
async function afterFailure(): Promise<FakeWorld & { report: RunReport; left: string[] }> {
  const world = fakeWorld({
    environment: LAMP,
    store: memoryStore(),
    scenario: { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' }] } },
  })
  const io = await runCommand(Run, ['--yes', '--json'], world)
  const report = JSON.parse(io.out()) as RunReport
  return { ...world, report, left: Object.keys(report.left_disabled) }
}

const locked: RunStore = {
  ...memoryStore(),
  lock: () => {
    const definition = { title: 'Held', hint: 'Wait.', exit: 3 } as const
    throw new CodedError('test-held', definition, { message: 'Another run holds dev1' })
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
  expect(again.out()).toContain('was enabled')
  expect(again.out()).toContain('0 nodes enabled\n')
  expect(again.exitCode()).toBe(0)
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
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'test-held' } })
  expect(io.exitCode()).toBe(3)
  expect(changesOf(fleet)).toEqual([])
})

it('needs --yes where there is nobody to ask', async () => {
  const { openSession, opened } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Enable, ['--run', 'r1', '--json'], { openSession })
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'usage-needs-yes', place: '--yes' } })
  expect(opened).toEqual([])
})
