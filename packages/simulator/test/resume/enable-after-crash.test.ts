import {
  type Observed,
  readStillOpen,
  releaseRun,
  type ReleaseReport,
  reportFromEvents,
  type ResumeInput,
  type RunReport,
} from '@choirmaster/core'
import { runPlan, type MemoryStore } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import type { Scenario } from '../../src/index.js'
import { LAMP, lockOf, RUN, simulate } from '../engine/simulate.js'
import { crashing, type Crash } from './crashing.js'

/** More crashes than the run has appends or requests: the last ones do not happen. */
const ENOUGH = 400
/** The first disable of each node, after the question whether we may, comes 75 s late, and nobody hears of it. */
const LATE: Scenario = {
  nodes: Object.fromEntries(
    LAMP.nodes.map((name) => [
      name,
      [{ fault: 'late-effect', actions: ['disable'], times: 2 } as const],
    ]),
  ),
}

type EnableInput = Pick<ResumeInput, 'agent' | 'clock' | 'store' | 'run' | 'soft' | 'hard'>

/** As `choirmaster enable --run` does: shuts the dead process out, waits, enables. @param patient whether it waits */
async function enable(input: EnableInput, patient: boolean): Promise<ReleaseReport> {
  const { agent, clock, store, run, soft, hard } = input
  const call = { signal: hard }
  const header = { run, at: '', by: 'choria=another', environment: '', nodes: LAMP.nodes.length }
  const lease = await store.lock(LAMP.nodes, header, call)
  const open = await readStillOpen(store, run, clock.now(), call)
  if (open !== undefined && patient) await clock.sleepUntil(open.until + 1, soft)
  const all = { agent, clock, run, soft, hard, nodes: LAMP.nodes, confirm: async () => true }
  const report = await releaseRun(all)
  await lease.release()
  return report
}

interface Tally {
  crashes: number
  /** Nodes that carry the run's message after all, though they were said to be enabled. */
  readonly false: string[]
  /** Nodes that were enabled. */
  enabled: number
}

/** Kills the run at each point of one kind, and enables within the same second. */
async function enableEverywhere(where: Crash['where'], patient: boolean, lost = 0): Promise<Tally> {
  const tally: Tally = { crashes: 0, false: [], enabled: 0 }
  for (let at = 1; at <= ENOUGH; at++) {
    let released: ReleaseReport | undefined
    let crashed = false
    const goOn = async (input: ResumeInput): Promise<RunReport> => {
      released = await enable(input, patient)
      await input.clock.sleepUntil(input.clock.now() + input.agent.openFor, input.soft)
      return reportFromEvents((input.store as MemoryStore).events(RUN))
    }
    const simulated = await simulate({
      ...{ plan: LAMP, scenario: LATE, weakStore: lost > 0 },
      engine: crashing({ where, at, lost }, () => (crashed = true), goOn),
    }).catch(() => undefined)
    if (!crashed) return tally
    tally.crashes++
    // Before the first event there is no run that could be enabled.
    if (simulated === undefined || released === undefined) continue
    for (const [node, { result }] of Object.entries(released.nodes)) {
      if (result === 'enabled') tally.enabled++
      const told = `${where} ${at}: ${node} ${result}`
      if (lockOf(simulated, node) !== undefined && !released.left.includes(node))
        tally.false.push(told)
    }
  }
  throw new Error(`${ENOUGH} crashes were not enough`)
}

const WHERE: readonly Crash['where'][] = [
  'before the append',
  'after the append',
  'before the request',
  'after the request',
]

describe.each(WHERE)('a process killed %s, whose disable arrives late', (where) => {
  it('does not undo what is enabled after it (S16)', async () => {
    const tally = await enableEverywhere(where, true)
    expect(tally.false).toEqual([])
    expect(tally.crashes).toBeGreaterThan(10)
    expect(tally.enabled).toBeGreaterThan(10)
  })

  it('nor where the store lost the end of the journal', async () => {
    expect((await enableEverywhere(where, true, 1)).false).toEqual([])
  })
})

it('would undo it if it was not waited for', async () => {
  expect((await enableEverywhere('after the request', false)).false).not.toEqual([])
})

it('a run that was given up at once, and ended so, does not undo it either', async () => {
  const memory: MemoryStore[] = []
  const simulated = await simulate({
    ...{ plan: LAMP, scenario: LATE },
    // The first disable has left by then, and nobody has waited for its answer to the end.
    interrupt: { soft: 30, hard: 31 },
    onEvents: (_, { store }) => void memory.push(store),
  })
  const { agent, clock, report } = simulated
  expect(report.left_disabled).toMatchObject({ dev1: { lock: 'unknown' } })
  const never = new AbortController().signal
  const [store] = memory as [MemoryStore]
  const input = { agent, clock, store, run: RUN, soft: never, hard: never }
  const began = clock.now()
  const released = await enable(input, true)
  expect(clock.now() - began).toBeGreaterThan(agent.openFor - 30_000)
  expect(released.nodes['dev1']).toMatchObject({ result: 'enabled' })
  // Once more there is nothing to wait for.
  expect(await readStillOpen(store, RUN, clock.now(), { signal: never })).toBeUndefined()
  await clock.sleepUntil(clock.now() + agent.openFor, never)
  for (const name of LAMP.nodes) expect(lockOf(simulated, name), name).toBeUndefined()
})

it('a node whose run had answered, and was given up at once, is not waited for (S16)', async () => {
  const memory: MemoryStore[] = []
  const simulated = await simulate({
    plan: runPlan([['a']]),
    scenario: { defaults: { run: 600, changes: 1 } },
    onEvents(batch, { interrupt, store }) {
      memory.push(store)
      const isApplying = ({ progress }: Observed): boolean => progress === 'running'
      if (batch.some((event) => event.type === 'observed' && event.nodes.some(isApplying)))
        interrupt('hard')
    },
  })
  expect(simulated.report.nodes).toMatchObject({ a: { code: 'run-abandoned', attempts: 1 } })
  const { signal } = new AbortController()
  const [store] = memory as [MemoryStore]
  const at = simulated.clock.now() + 1_000
  expect(await readStillOpen(store, RUN, at, { signal })).toBeUndefined()
})
