import type { Reporter, RunReport } from '@choirmaster/core'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { fakeWorld, type World } from '../../test/fake-session.js'
import { killedRun } from '../../test/killed-run.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Resume from './resume.js'
import Run from './run.js'

/** A run fails and leaves nodes disabled. */
const FAILS: World = {
  simulated: false,
  environment: LAMP,
  scenario: { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' } as const] } },
}

/** A source that is asked for the graph after the run and does not answer. */
function hanging() {
  let tell = (): void => {}
  const asked = new Promise<void>((resolve) => (tell = resolve))
  const afterRun = (): Promise<never> => {
    tell()
    return new Promise(() => {})
  }
  return { asked, afterRun }
}

/** How many take the signal, and so keep the process from being ended by it. */
const taken = (io: ReturnType<typeof fakeIo>): number => io.signals.listenerCount('SIGINT')

it('names what is left disabled before the graph is read again, which Ctrl-C ends', async () => {
  const io = fakeIo()
  const { asked, afterRun } = hanging()
  const running = runCommand(Run, ['--yes'], { ...fakeWorld({ ...FAILS, afterRun }), io })
  await asked
  expect(io.out()).toContain('choirmaster enable --run')
  expect(taken(io)).toBe(1)
  io.signals.emit('SIGINT')
  await running
  expect(io.out()).toContain('Ending now: the run is over')
  expect(io.err()).toContain('whether the graph changed under the run is not known: interrupted')
  expect(io.exitCode()).toBe(7)
  expect(taken(io)).toBe(0)
})

it('so it does with --json, as the one value', async () => {
  const io = fakeIo()
  const { asked, afterRun } = hanging()
  const argv = ['--yes', '--json']
  const running = runCommand(Run, argv, { ...fakeWorld({ ...FAILS, afterRun }), io })
  await asked
  expect(io.out()).toBe('')
  io.signals.emit('SIGINT')
  await running
  expect(JSON.parse(io.out())).toMatchObject({
    exit: 7,
    result: 'failed',
  } satisfies Partial<RunReport>)
  expect(io.exitCode()).toBe(7)
})

it('waits for reporters after that, still taking interrupts', async () => {
  let tell = (): void => {}
  const told = new Promise<void>((resolve) => (tell = resolve))
  const { stdout, ...rest } = fakeIo()
  const write = (text: string): void => {
    stdout.write(text)
    if (text.includes('choirmaster enable --run')) tell()
  }
  const io = { ...rest, stdout: { ...stdout, write } }
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const slow: Reporter = {
    async report(events) {
      for await (const event of events) if (event.type === 'ended') break
      await finished
    },
  }
  let over = false
  const world = fakeWorld({ ...FAILS, reporters: [slow] })
  const running = runCommand(Run, ['--yes'], { ...world, io }).then(() => (over = true))
  await told
  expect([taken(io), over]).toEqual([1, false])
  finish()
  await running
  expect(taken(io)).toBe(0)
})

it('does so when a run is resumed', async () => {
  const world = { ...FAILS, simulated: true }
  const { run, store } = await killedRun(world)
  const io = fakeIo()
  const { asked, afterRun } = hanging()
  const { openSession } = fakeWorld({ ...world, store, afterRun })
  const running = runCommand(Resume, [run, '--yes'], { openSession, io })
  await asked
  expect(io.out()).toContain(`Run ${run} `)
  expect(taken(io)).toBe(1)
  io.signals.emit('SIGINT')
  await running
  expect(io.exitCode()).toBe(7)
})
