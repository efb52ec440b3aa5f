import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@choirmaster/core'
import { LAMP, simulate, started, violations, type Control, type Simulated } from './simulate.js'

const brief = ({ report }: Simulated): Record<string, string> =>
  Object.fromEntries(
    Object.entries(report.nodes).map(([name, { result, lock }]) => [name, `${result} ${lock}`]),
  )
const all = (what: string): Record<string, string> =>
  Object.fromEntries(LAMP.nodes.map((name) => [name, what]))

/** Interrupts when an event has happened. */
async function interrupted(
  level: 'soft' | 'hard',
  when: (event: RunEvent) => boolean,
): Promise<Simulated> {
  const simulated = await simulate({
    plan: LAMP,
    scenario: { defaults: { run: 20, changes: 1 } },
    onEvents(events, control: Control) {
      if (events.some(when)) control.interrupt(level)
    },
  })
  expect(violations(simulated)).toEqual([])
  return simulated
}

const phase =
  (name: string, group?: number) =>
  (event: RunEvent): boolean =>
    event.type === 'phase' && event.phase === name && (group === undefined || event.group === group)
const changing =
  (purpose: string) =>
  (event: RunEvent): boolean =>
    event.type === 'intent' && event.purpose === purpose
const intended =
  (nodes: number) =>
  (event: RunEvent): boolean =>
    event.type === 'intent' && event.change === 'run' && event.nodes.length === nodes
/** When so many nodes have answered that their runs were started. */
const requested = (nodes: number): ((event: RunEvent) => boolean) => {
  let started = 0
  return (event) => {
    if (event.type !== 'answered') return false
    started += event.nodes.filter(({ startedAt }) => startedAt !== undefined).length
    return started >= nodes
  }
}

describe('a soft interrupt', () => {
  it.each([
    ['in the look', (event: RunEvent) => event.type === 'created'],
    ['when it is asked whether to run', (event: RunEvent) => event.type === 'ready'],
  ])('%s: nothing is touched', async (_, when) => {
    const simulated = await interrupted('soft', when)
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 3, left_disabled: {} })
    expect(Object.values(simulated.report.nodes).map(({ result }) => result)).toEqual(
      LAMP.nodes.map(() => 'cancelled'),
    )
  })

  it('while the question is open: the run ends although nobody answers', async () => {
    const simulated = await simulate({
      plan: LAMP,
      confirm: () => new Promise(() => undefined),
      onEvents(events, control) {
        if (events.some(({ type }) => type === 'ready'))
          setImmediate(() => control.interrupt('soft'))
      },
    })
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 3 })
    expect(violations(simulated)).toEqual([])
  })

  it('before the first change: as before', async () => {
    const simulated = await interrupted('soft', phase('proof'))
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 3, left_disabled: {} })
  })

  it.each([
    ['while the first node is tried', changing('lock')],
    ['while it is enabled', changing('proof')],
    ['while the rest is disabled', phase('lock')],
    ['in the drain', phase('drain')],
  ])('%s: no run was requested, so all are enabled again', async (_, when) => {
    const simulated = await interrupted('soft', when)
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 5, left_disabled: {} })
    expect(brief(simulated)).toEqual(all('cancelled released'))
    expect(started(simulated.log)).toEqual([])
  })

  it('before the first request of a run: as before', async () => {
    const simulated = await interrupted('soft', phase('run', 0))
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 5, left_disabled: {} })
    expect(brief(simulated)).toEqual(all('cancelled released'))
  })

  it('while the first request of a run is being written down: it does not leave', async () => {
    const simulated = await interrupted('soft', intended(1))
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 5, left_disabled: {} })
    expect(brief(simulated)).toEqual(all('cancelled released'))
    expect(started(simulated.log)).toEqual([])
  })

  it('while the database runs: that is watched to its end, nothing new starts, the applications stay disabled', async () => {
    const simulated = await interrupted('soft', requested(1))
    expect(brief(simulated)).toEqual({ ...all('cancelled ours'), dev1: 'changed ours' })
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 7 })
    expect(started(simulated.log)).toEqual(['dev1'])
  })

  it('while the last group runs: all are proven and enabled', async () => {
    const simulated = await interrupted('soft', requested(4))
    expect(brief(simulated)).toEqual(all('changed released'))
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 5, left_disabled: {} })
  })

  it('in the release: it is gone on with', async () => {
    const simulated = await interrupted('soft', phase('release'))
    expect(brief(simulated)).toEqual(all('changed released'))
    expect(simulated.report.left_disabled).toEqual({})
  })

  it('a failure outranks it', async () => {
    const runs = requested(1)
    const simulated = await simulate({
      plan: LAMP,
      scenario: { nodes: { dev1: [{ fault: 'failed-resources' }] } },
      onEvents(events, control) {
        if (events.some(runs)) control.interrupt('soft')
      },
    })
    expect(simulated.report).toMatchObject({ result: 'failed', exit: 7 })
    expect(violations(simulated)).toEqual([])
  })
})

describe('a hard interrupt', () => {
  it.each([
    ['in the look', (event: RunEvent) => event.type === 'created'],
    ['when it is asked whether to run', (event: RunEvent) => event.type === 'ready'],
  ])('%s: nothing is touched', async (_, when) => {
    const simulated = await interrupted('hard', when)
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 3, left_disabled: {} })
  })

  it('in phase drain: nobody waits, so all that we hold is named', async () => {
    const simulated = await interrupted('hard', phase('drain'))
    expect(brief(simulated)).toEqual(all('cancelled ours'))
    expect(Object.keys(simulated.report.left_disabled)).toEqual(LAMP.nodes)
    expect(simulated.report.exit).toBe(7)
  })

  it('while changes are under way: their nodes are unknown and named', async () => {
    const simulated = await interrupted(
      'hard',
      (event) => event.type === 'intent' && event.nodes.length === 3 && event.change === 'disable',
    )
    expect(simulated.report.nodes['dev2']).toMatchObject({ lock: 'unknown' })
    expect(Object.keys(simulated.report.left_disabled)).toEqual(LAMP.nodes)
  })

  it('while the database runs: what becomes of it is not known', async () => {
    const simulated = await interrupted('hard', requested(1))
    expect(simulated.report.nodes['dev1']).toMatchObject({ result: 'unknown' })
    expect(simulated.report).toMatchObject({ result: 'cancelled', exit: 7 })
    expect(simulated.seconds).toBeLessThan(60)
  })
})
