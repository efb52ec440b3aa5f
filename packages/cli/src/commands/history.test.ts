import type { Call, ListedRun, RunEvent, RunReport, RunStore } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import { HEADER } from '../../test/run-header.js'
import Run from './run.js'
import Runs from './runs.js'
import Show from './show.js'

const call: Call = { signal: new AbortController().signal }

/** A store that holds one run of the LAMP site. */
async function afterRun() {
  const store = memoryStore()
  const { openSession } = fakeWorld({ environment: LAMP, store })
  const io = await runCommand(Run, ['--yes', '--json'], { openSession })
  return { openSession, report: JSON.parse(io.out()) as RunReport }
}

const listing = (runs: readonly ListedRun[]): RunStore => ({
  ...memoryStore(),
  async *list() {
    yield* runs
  },
})

describe('runs', () => {
  it('prints a table in the order of the store', async () => {
    const older = {
      ...HEADER,
      run: 'older',
      environment: 'a\x1bb',
      result: 'failed',
      exit: 7,
    } as const
    const store = listing([HEADER, older])
    const { openSession } = fakeWorld({ environment: LAMP, store })
    const io = await runCommand(Runs, [], { openSession })
    expect(io.out()).toMatchInlineSnapshot(`
      "RUN                     STARTED               RESULT      ENVIRONMENT  NODES  BY
      20261122T111547-k3f9q2  2026-11-22T11:15:47Z  unfinished  production   4      choria=rip.mcollective
      older                   2026-11-22T11:15:47Z  failed      a\\x1bb       4      choria=rip.mcollective
      "
    `)
  })

  it('says so when there are none', async () => {
    const { openSession } = fakeWorld({ environment: LAMP, store: listing([]) })
    expect((await runCommand(Runs, [], { openSession })).out()).toBe('No runs yet\n')
    expect((await runCommand(Runs, ['--json'], { openSession })).out()).toBe('[]\n')
  })

  it('prints an array under --json, with how each ended', async () => {
    const ended = { ended: '2026-11-22T11:17:00.000Z', result: 'succeeded', exit: 0 } as const
    const store = listing([{ ...HEADER, ...ended }, HEADER])
    const { openSession } = fakeWorld({ environment: LAMP, store })
    const io = await runCommand(Runs, ['--json'], { openSession })
    expect(JSON.parse(io.out())).toEqual([{ ...HEADER, ...ended }, HEADER])
  })
})

describe('show', () => {
  it('gives the report that the run ended with', async () => {
    const { openSession, report } = await afterRun()
    const io = await runCommand(Show, [report.run, '--json'], { openSession })
    expect(JSON.parse(io.out())).toEqual(report)
  })

  it('prints each node', async () => {
    const { openSession, report } = await afterRun()
    const io = await runCommand(Show, [report.run], { openSession })
    expect(io.out()).toContain(`Run ${report.run} succeeded after`)
    expect(io.out()).toContain('Proven:\n  dev1.example.net  changed\n')
  })

  it.each(['last', '20261122T1115', '2'])('takes %j for the run', async (word) => {
    const { openSession, report } = await afterRun()
    const io = await runCommand(Show, [word, '--json'], { openSession })
    expect(JSON.parse(io.out())).toEqual(report)
  })

  it('takes the newest of several runs for the last', async () => {
    const store = memoryStore()
    const { openSession } = fakeWorld({ environment: LAMP, store })
    await runCommand(Run, ['--yes', '--json'], { openSession })
    await runCommand(Run, ['--yes', '--json'], { openSession })
    const runs: string[] = []
    for await (const { run } of store.list(call)) runs.push(run)
    const io = await runCommand(Show, ['last', '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({ run: runs[0] })
  })

  it('names the runs that a beginning fits when there are several', async () => {
    const store = listing([HEADER, { ...HEADER, run: '20261122T111201-aaaaaa' }])
    const { openSession } = fakeWorld({ environment: LAMP, store })
    const io = await runCommand(Show, ['20261122', '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({
      error: {
        code: 'run-ambiguous',
        message: '2 runs begin with 20261122: 20261122T111547-k3f9q2, 20261122T111201-aaaaaa',
        place: 'RUN',
      },
    })
    expect(io.exitCode()).toBe(1)
  })

  it('says so when there is no last run', async () => {
    const { openSession } = fakeWorld({ environment: LAMP, store: listing([]) })
    const io = await runCommand(Show, ['last', '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'run-none' } })
    expect(io.exitCode()).toBe(1)
  })

  it('prints the events, one a line', async () => {
    const { openSession, report } = await afterRun()
    const io = await runCommand(Show, [report.run, '--events'], { openSession })
    const events = io
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
    expect(events[0]).toMatchObject({ type: 'created', run: report.run })
    expect(events.at(-1)).toMatchObject({ type: 'ended', result: 'succeeded', exit: 0 })
  })

  it('says of a run that was cut short that nobody holds it, and how to go on', async () => {
    const { openSession: ended, report } = await afterRun()
    const whole = await runCommand(Show, [report.run, '--events'], { openSession: ended })
    const events = whole
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
    const store = memoryStore()
    const journal = await store.create({ ...HEADER, run: report.run }, call)
    const intended = events.findIndex(({ type }) => type === 'intent')
    await journal.append(events.slice(0, intended + 1), { epoch: 1, seq: 0 }, call)
    const { openSession } = fakeWorld({ environment: LAMP, store })
    const show = async () => (await runCommand(Show, [report.run], { openSession })).out()
    expect(await show()).toContain(
      `Nobody holds the run any more, and its journal does not say how it ended\nGo on with it: choirmaster resume ${report.run}\n`,
    )
    await store.lock(['dev1'], { ...HEADER, run: report.run }, call)
    expect(await show()).toContain(
      'The run is held by choria=rip.mcollective on memory (process 1)',
    )
    store.orphan(report.run)
    expect(await show()).toContain(
      'The holder of the run is gone: choria=rip.mcollective on memory',
    )
  })

  it('says so when the journal holds no event', async () => {
    const store = memoryStore()
    await store.create(HEADER, call)
    const { openSession } = fakeWorld({ environment: LAMP, store })
    const io = await runCommand(Show, [HEADER.run, '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'run-without-events' } })
    expect(io.exitCode()).toBe(1)
  })
})
