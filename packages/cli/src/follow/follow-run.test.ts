import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, HeldLock, Journal, RunEvent, RunStore } from '@choirmaster/core'
import { storeError } from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { memoryStore, type MemoryStore } from '@choirmaster/core/testing'
import type { Scenario } from '@choirmaster/simulator'
import { fileStore } from '@choirmaster/store-file'
import { afterEach, describe, expect, it } from 'vitest'
import { fakeIo, type FakeIo } from '../../test/fake-io.js'
import { fakeWorld, requestsOf } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { recordRun } from '../../test/record-run.js'
import { runCommand } from '../../test/run-command.js'
import { HEADER } from '../../test/run-header.js'
import Run from '../commands/run.js'
import Show from '../commands/show.js'
import type { OpenSession, Session } from '../session.js'

const call: Call = { signal: new AbortController().signal }
/** dev2 fails, so that the run ends with 7. */
const FAILING: Scenario = { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' }] } }

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function filesBelow(): Promise<RunStore> {
  const baseDir = await mkdtemp(join(tmpdir(), 'follow-'))
  folders.push(baseDir)
  const host = { baseDir, clock: systemClock(), random: systemRandom(), notice: () => undefined }
  return fileStore.open({ dir: 'state' }, host, call)
}

/** What who starts the run sees after the plan; that its fleet ended with it only that process knows. */
function fromRunOn(text: string): string {
  const run = /^\S+ Run (\S+),/m.exec(text)?.[1]
  return text
    .slice(text.search(/^\S+ Run \d/m))
    .replace(/^The simulated fleet ended.*$/m, `Enable them with: choirmaster enable --run ${run}`)
}

/** The same session over a store that is made of it. */
const sessionWith =
  (openSession: OpenSession, storeOf: (session: Session) => RunStore): OpenSession =>
  async (...asked) => {
    const session = await openSession(...asked)
    return { ...session, openStore: () => Promise.resolve(storeOf(session)) }
  }

/** Lines without the times of each, as who watches may be told a second later. */
const told = (io: FakeIo): string[] =>
  io
    .out()
    .split('\n')
    .filter((line) => line !== '')

describe.each([
  ['in memory', async () => memoryStore()],
  ['of files', filesBelow],
])('a store %s', (_, make) => {
  it.each([
    ['succeeds', {}, 0],
    ['fails', FAILING, 7],
  ])(
    'follows a run that %s while it goes on, in the same lines and to the same code',
    async (...given) => {
      const [, scenario, code] = given
      const { openSession, fleet, store } = fakeWorld({
        environment: LAMP,
        store: await make(),
        scenario,
      })
      const run = fakeIo()
      const watch = fakeIo()
      const seen: string[] = []
      // The run is followed from its first look on: until then there is none to be found, and its time stands still
      // until somebody reads, however long it takes to load what does.
      let following: Promise<unknown> | undefined
      let reads: () => void = () => undefined
      const isRead = new Promise<void>((resolve) => (reads = resolve))
      const watched: RunStore = {
        ...store,
        async open(...args) {
          const journal = await store.open(...args)
          return { ...journal, tail: () => (reads(), journal.tail()) }
        },
      }
      const watching = sessionWith(openSession, () => watched)
      const running = sessionWith(openSession, ({ clock }) => ({
        ...store,
        async create(...args) {
          const journal = await store.create(...args)
          following = runCommand(Show, ['last', '--follow'], { openSession: watching, io: watch })
          await clock.hold(isRead)
          return journal
        },
      }))
      const before = requestsOf(fleet).length
      await runCommand(Run, ['--yes'], { openSession: running, io: run })
      seen.push(...told(watch))
      expect(requestsOf(fleet).length).toBeGreaterThan(before)
      await following
      expect(watch.out()).toBe(fromRunOn(run.out()))
      // It was no story told at the end.
      expect(seen.length).toBeGreaterThan(5)
      expect([run.exitCode(), watch.exitCode()]).toEqual([code, code])
      expect(watch.err()).toBe('')
      expect(watch.signals.listenerCount('SIGINT')).toBe(0)
    },
  )
})

it('tells a run that has ended from its beginning, and asks no node', async () => {
  const world = fakeWorld({ environment: LAMP, scenario: FAILING })
  const { openSession, fleet } = world
  const run = await runCommand(Run, ['--yes'], { openSession })
  const before = fleet.log.length
  const io = await runCommand(Show, ['last', '-f'], { openSession })
  expect(io.out()).toBe(fromRunOn(run.out()))
  expect(io.exitCode()).toBe(7)
  expect(fleet.log).toHaveLength(before)
})

it('prints each event as a line under --json, and nothing else', async () => {
  const { openSession } = fakeWorld({ environment: LAMP })
  await runCommand(Run, ['--yes'], { openSession })
  const io = await runCommand(Show, ['last', '--follow', '--json'], { openSession })
  const events = await runCommand(Show, ['last', '--events'], { openSession })
  expect(io.out()).toBe(events.out())
  expect(io.err()).toBe('')
  const same = await runCommand(Show, ['last', '--follow', '--events'], { openSession })
  expect(same.out()).toBe(events.out())
})

it('ends as the run where that was refused', async () => {
  const scenario: Scenario = {
    nodes: { 'dev2.example.net': [{ fault: 'disabled', message: 'ask bob' }] },
  }
  const { openSession } = fakeWorld({ environment: LAMP, scenario })
  const run = await runCommand(Run, ['--yes'], { openSession })
  const io = await runCommand(Show, ['last', '--follow'], { openSession })
  expect(io.out()).toBe(fromRunOn(run.out()))
  expect(io.err()).toBe(run.err())
  expect([run.exitCode(), io.exitCode()]).toEqual([3, 3])
})

it.each([
  [['nobody', '--follow'], 'store-run-unknown'],
  [['last', '--follow'], 'run-none'],
])('%j is refused', async (argv, code) => {
  const { openSession } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Show, argv, { openSession })
  expect(io.err()).toContain(code)
  expect(io.out()).toBe('')
  expect(io.exitCode()).toBe(1)
})

describe('a run whose holder', () => {
  /** A run of which all but the last events are written; what follows is done while it is followed. */
  async function unfinished(upTo: RunEvent['type'] | null = 'intent') {
    const events = await recordRun({ environment: LAMP })
    const store = memoryStore()
    const lease = await store.lock(['dev1.example.net'], HEADER, call)
    const journal = await store.create(HEADER, call)
    const end = upTo === null ? 0 : events.findIndex(({ type }) => type === upTo) + 1
    if (end > 0) await journal.append(events.slice(0, end), { epoch: 1, seq: 0 }, call)
    const { openSession } = fakeWorld({ environment: LAMP, store })
    return { events, store, lease, journal, end, openSession }
  }

  /** Follows, and lets the steps happen, one every 20 s. */
  async function followed(
    { openSession, ...world }: Awaited<ReturnType<typeof unfinished>>,
    argv: readonly string[],
    ...steps: ((io: FakeIo) => unknown)[]
  ): Promise<FakeIo> {
    const io = fakeIo()
    const { clock } = await openSession({}, io, [])
    const watching = runCommand(Show, [world.store === undefined ? '' : HEADER.run, ...argv], {
      openSession,
      io,
    })
    for (const step of steps) {
      await clock.sleepUntil(clock.now() + 20_000, call.signal)
      await clock.hold(Promise.resolve(step(io)))
    }
    await watching
    return io
  }
  const interrupt = (io: FakeIo): unknown => io.signals.emit('SIGINT')
  const orphan = (store: MemoryStore) => () => store.orphan(HEADER.run)

  it('lives is watched without a word, and an interrupt ends the watching alone', async () => {
    const world = await unfinished()
    const length = world.store.events(HEADER.run).length
    const io = await followed(world, ['--follow'], () => undefined, interrupt)
    expect(io.out()).not.toContain('holder')
    expect(io.out()).toMatch(
      new RegExp(`\nNot watched any more; run ${HEADER.run} is left as it is\n$`),
    )
    expect(io.exitCode()).toBe(130)
    await world.lease.check()
    expect(world.store.events(HEADER.run)).toHaveLength(length)
  })

  it('is gone is told once, with what can be done; when another takes over, the run is watched on', async () => {
    const world = await unfinished()
    const { store, events, end } = world
    const lines: string[] = []
    const io = await followed(
      world,
      ['--follow'],
      orphan(store),
      () => undefined,
      async (shown) => {
        lines.push(...told(shown))
        await store.lock(['dev1.example.net'], { ...HEADER, by: 'choria=bob' }, call)
      },
      async () => {
        const again: Journal = await store.open(HEADER.run, call)
        await again.append(events.slice(end), { epoch: 2, seq: end }, call)
      },
    )
    expect(lines.slice(-2)).toEqual([
      `The holder of the run is gone: ${HEADER.by} on memory (process 1) since ${HEADER.at}, last sign of life ${HEADER.at}`,
      `Go on with it: choirmaster resume ${HEADER.run}`,
    ])
    expect(io.out().match(/is gone/g)).toHaveLength(1)
    expect(io.out()).toContain('\nThe run is held by choria=bob on memory')
    expect(io.out()).toContain('succeeded after')
    expect(io.exitCode()).toBe(0)
  })

  it('gave it up without an end is told too, on standard error under --json', async () => {
    const world = await unfinished()
    const io = await followed(world, ['--follow', '--json'], () => world.lease.release(), interrupt)
    expect(io.err()).toContain('Nobody holds the run any more')
    expect(told(io).map((line) => (JSON.parse(line) as RunEvent).type)).toEqual(
      world.events.slice(0, world.end).map(({ type }) => type),
    )
    expect(io.exitCode()).toBe(130)
  })

  it('wrote the end and gave it up between the two looks: what it wrote is not missed', async () => {
    const world = await unfinished()
    const { events, journal, end, lease, openSession } = world
    const late: typeof openSession = async (...asked) => ({
      ...(await openSession(...asked)),
      openStore: () =>
        Promise.resolve({
          ...world.store,
          async *locks(...given: Parameters<RunStore['locks']>) {
            await journal.append(events.slice(end), { epoch: 1, seq: end }, call)
            await lease.release()
            yield* world.store.locks(...given)
          },
        }),
    })
    const io = await followed({ ...world, openSession: late }, ['--follow'])
    expect(io.out()).not.toContain('Nobody holds')
    expect(io.exitCode()).toBe(0)
  })

  it('is gone before it touched a node: there is nothing to go on with', async () => {
    const world = await unfinished('ready')
    const io = await followed(world, ['--follow'], orphan(world.store), interrupt)
    expect(io.out()).toContain('No node was touched by it: start another one')
    expect(io.out()).not.toContain('resume')
  })

  it('is gone before the first event: the run never began', async () => {
    const world = await unfinished(null)
    const io = await followed(world, ['--follow', '--json'], orphan(world.store))
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'run-without-events' } })
  })

  it('cannot be told is said once, and hides no event', async () => {
    const world = await unfinished()
    const { events, journal, end, openSession } = world
    const blind: typeof openSession = async (...asked) => ({
      ...(await openSession(...asked)),
      openStore: () => Promise.resolve({ ...world.store, locks: brokenLocks }),
    })
    const io = await followed({ ...world, openSession: blind }, ['--follow'], () =>
      journal.append(events.slice(end), { epoch: 1, seq: end }, call),
    )
    expect(io.out().match(/Who holds the run is not known: /g)).toHaveLength(1)
    expect(io.exitCode()).toBe(0)
  })

  it('had written what the next one did not read: that is taken back', async () => {
    const world = await unfinished()
    const { events, end, store } = world
    const stray: RunEvent = { type: 'notice', at: 1, level: 'info', code: 'x', message: 'stray' }
    const parts = [
      { seq: 0, events: events.slice(0, end) },
      { seq: end, events: [stray] },
      { seq: end, events: events.slice(end) },
    ]
    const open: RunStore['open'] = async (...asked) => ({
      ...(await store.open(...asked)),
      tail: () => ({
        async *more() {
          yield* parts.splice(0, 1)
        },
      }),
    })
    const { openSession } = world
    const cut: typeof openSession = async (...asked) => ({
      ...(await openSession(...asked)),
      openStore: () => Promise.resolve({ ...store, open }),
    })
    const io = await followed({ ...world, openSession: cut }, ['--follow'])
    expect(io.out()).toContain('stray\nAnother process took the run over before it had read what')
    expect(io.out()).toContain('succeeded after')
  })
})

it('ends when nobody reads what it prints', async () => {
  const store = memoryStore()
  await store.lock(['dev1.example.net'], HEADER, call)
  const journal = await store.create(HEADER, call)
  await journal.append(
    (await recordRun({ environment: LAMP })).slice(0, 2),
    { epoch: 1, seq: 0 },
    call,
  )
  const { openSession } = fakeWorld({ environment: LAMP, store })
  const io = fakeIo()
  await runCommand(Show, ['last', '--follow'], {
    openSession,
    io: { ...io, stdout: { ...io.stdout, gone: true } },
  })
  expect(io.exitCode()).toBe(141)
})

// eslint-disable-next-line require-yield -- what it yields is never reached
async function* brokenLocks(): AsyncGenerator<HeldLock> {
  throw storeError('store-lock-alive', { message: 'not a lock' })
}
