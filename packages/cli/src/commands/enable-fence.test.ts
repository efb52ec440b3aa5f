import type {
  Clock,
  NodeAgent,
  NodeStatus,
  Outcome,
  ReleaseReport,
  RunReport,
} from '@choirmaster/core'
import { memoryStore, type MemoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { changesOf, fakeWorld, type FakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { Io } from '../io.js'
import Enable from './enable.js'
import Run from './run.js'

const call = { signal: new AbortController().signal }
const ANN = 'ann: disk is being replaced'

/** A run that left nodes disabled. */
async function failed() {
  const store = memoryStore()
  const scenario = { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' } as const] } }
  const world = fakeWorld({ environment: LAMP, store, scenario })
  const first = await runCommand(Run, ['--yes', '--json'], world)
  const report = JSON.parse(first.out()) as RunReport
  const left = Object.keys(report.left_disabled)
  expect(left.length).toBeGreaterThan(1)
  return { ...world, store, report, left, node: left[0] ?? '' }
}

/** Somebody else takes the run's lock over, to resume or to enable it, as its holder seems to be gone. */
async function takeOver(store: MemoryStore, { run, nodes }: RunReport): Promise<void> {
  store.orphan(run)
  const header = { run, at: '', by: 'choria=another', environment: '', nodes: 4 }
  await store.lock(Object.keys(nodes), header, call)
}

type World = Pick<FakeWorld, 'openSession'>

/** The same world, but for what its agent does. */
function withAgent(
  { openSession }: World,
  other: (agent: NodeAgent, clock: Clock) => Partial<NodeAgent>,
): World {
  return {
    async openSession(...given) {
      const session = await openSession(...given)
      const agent = await session.openAgent()
      const changed = { ...agent, ...other(agent, session.clock) }
      return { ...session, openAgent: () => Promise.resolve(changed) }
    },
  }
}

/** So many readings from the second on, which is right before the request, lie unread for so long. */
function sleeping(
  world: World,
  seconds: number,
  times: number,
  meanwhile?: (agent: NodeAgent) => Promise<void>,
): World {
  let asked = 0
  return withAgent(world, (agent, clock) => ({
    async *status(...args) {
      yield* agent.status(...args)
      asked += 1
      if (asked < 2 || asked >= 2 + times) return
      await meanwhile?.(agent)
      await clock.sleepUntil(clock.now() + seconds * 1000, call.signal)
    },
  }))
}

it('sends nothing when the run was taken over while it slept at its question (S17)', async () => {
  const { openSession, store, fleet, report } = await failed()
  const before = changesOf(fleet).length
  const io = fakeIo({ answers: ['y'] })
  const ask: Io['ask'] = async (question, signal) => {
    await takeOver(store, report)
    return io.ask(question, signal)
  }
  const argv = ['--run', report.run, '--json']
  await runCommand(Enable, argv, { openSession, io: { ...io, ask } })
  expect(changesOf(fleet)).toHaveLength(before)
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'store-lease-lost' } })
  expect(io.exitCode()).toBe(3)
})

it('asks the store once the request is signed, right before it leaves (S17)', async () => {
  const { store, fleet, report, ...world } = await failed()
  const before = changesOf(fleet).length
  const { openSession } = withAgent(world, (agent) => ({
    async *enable(nodes, message, { beforeSend, ...rest }) {
      const slow = async (): Promise<void> => {
        await takeOver(store, report)
        await beforeSend?.()
      }
      yield* agent.enable(nodes, message, { ...rest, beforeSend: slow })
    },
  }))
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  expect(changesOf(fleet)).toHaveLength(before)
  expect(io.exitCode()).not.toBe(0)
})

it('says what was enabled until the run was taken over, and ends so', async () => {
  const { store, report, left, ...world } = await failed()
  const { openSession } = withAgent(world, (agent) => ({
    async *enable(...args) {
      for await (const outcome of agent.enable(...args)) {
        yield outcome
        await takeOver(store, report)
        return
      }
    },
  }))
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  const { nodes, left: unknown } = JSON.parse(io.out()) as ReleaseReport
  const enabled = left.filter((node) => nodes[node]?.result === 'enabled')
  expect(enabled).toHaveLength(1)
  expect(unknown).toEqual(left.filter((node) => !enabled.includes(node)))
  for (const node of unknown)
    expect(nodes[node]?.reason).toMatch(
      /^another process took the run over before it was read back/,
    )
  expect(io.err()).toContain(`Run ${report.run} was taken over by another process`)
  expect(io.exitCode()).toBe(7)
})

it('removes no lock that somebody set while what the node had said lay unread (S3, S4)', async () => {
  const { report, node, ...world } = await failed()
  const lockOf = (): unknown => world.fleet.node(node)?.state.lock
  const { openSession } = sleeping(world, 600, 1, async (agent) => {
    const { message } = lockOf() as { message: string }
    for await (const outcome of agent.enable([node], message, call)) void outcome
    for await (const outcome of agent.disable([node], ANN, call)) void outcome
    expect(lockOf()).toMatchObject({ message: ANN })
  })
  const argv = ['--run', report.run, '--node', node, '--yes', '--json']
  const io = await runCommand(Enable, argv, { openSession })
  expect(lockOf()).toMatchObject({ message: ANN })
  expect(JSON.parse(io.out())).toMatchObject({ nodes: { [node]: { result: 'foreign' } } })
})

it('nor while the answers lay unheard', async () => {
  const { report, node, fleet, ...world } = await failed()
  const lockOf = (): unknown => fleet.node(node)?.state.lock
  let asked = 0
  const { openSession } = withAgent(world, (agent, clock) => ({
    async *status(...args) {
      const answers: Outcome<NodeStatus>[] = []
      for await (const outcome of agent.status(...args)) answers.push(outcome)
      asked += 1
      if (asked === 2) {
        const { message } = lockOf() as { message: string }
        for await (const outcome of agent.enable([node], message, call)) void outcome
        for await (const outcome of agent.disable([node], ANN, call)) void outcome
        await clock.sleepUntil(clock.now() + 600_000, call.signal)
      }
      yield* answers
    },
  }))
  await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  expect(lockOf()).toMatchObject({ message: ANN })
})

it('reads again what was read long ago, and enables', async () => {
  const { report, ...world } = await failed()
  const { openSession } = sleeping(world, 600, 1)
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  expect((JSON.parse(io.out()) as ReleaseReport).left).toEqual([])
  expect(io.exitCode()).toBe(0)
})

it('sends nothing where whatever was read is old each time', async () => {
  const { report, left, fleet, ...world } = await failed()
  const before = changesOf(fleet).length
  const { openSession } = sleeping(world, 60, 20)
  const io = await runCommand(Enable, ['--run', report.run, '--yes', '--json'], { openSession })
  expect(changesOf(fleet)).toHaveLength(before)
  const { nodes, left: stay } = JSON.parse(io.out()) as ReleaseReport
  expect(stay).toEqual(left)
  for (const node of stay) expect(nodes[node]?.reason).toMatch(/^not sent: .* was old/)
  expect(io.exitCode()).toBe(7)
})

it('reads again after the machine slept, which only the time of day shows', async () => {
  const { report, left, ...world } = await failed()
  let slept = 0
  const asked: string[][] = []
  const { openSession } = withAgent(world, (agent) => ({
    async *status(...args) {
      asked.push([...args[0]])
      yield* agent.status(...args)
      if (asked.length === 2) slept = 600_000
    },
  }))
  const suspended: FakeWorld['openSession'] = async (...given) => {
    const session = await openSession(...given)
    const { clock } = session
    return { ...session, clock: { ...clock, wall: () => clock.now() + slept } }
  }
  const argv = ['--run', report.run, '--yes', '--json']
  const io = await runCommand(Enable, argv, { openSession: suspended })
  expect(io.exitCode()).toBe(0)
  // All; ours before the request, again after the sleep; and as they are then.
  expect(asked.slice(1)).toEqual([left, left, left])
})
