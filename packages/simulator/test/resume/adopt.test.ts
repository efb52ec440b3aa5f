import { describe, expect, it } from 'vitest'
import { executeRun, type RunInput, type RunReport, type RunEvent } from '@choirmaster/core'
import type { Scenario } from '../../src/index.js'
import type { MemoryStore } from '@choirmaster/core/testing'
import {
  entries,
  LAMP,
  lockOf,
  RUN,
  simulate,
  started,
  type Simulated,
} from '../engine/simulate.js'
import { crashing } from './crashing.js'

const NEW = '20261122T030000-fixed1'
/** dev3 fails once: what is wrong is mended before the next run. */
const scenario = { nodes: { dev3: [{ fault: 'failed-resources', times: 1 }] } }

interface Adopted {
  readonly simulated: Simulated
  readonly old: RunReport | Error
  readonly events: readonly RunEvent[]
}

/** A run by `first`, and one after it that takes its nodes over. */
async function adopt(
  first: (input: RunInput) => Promise<RunReport>,
  next: Partial<RunInput> = {},
  faults: Scenario = scenario,
): Promise<Adopted> {
  let old: RunReport | Error = new Error('never')
  const events: RunEvent[] = []
  const simulated = await simulate({
    plan: LAMP,
    scenario: faults,
    options: { keepDisabled: 'all' },
    async engine(input) {
      old = await first(input).catch((error: unknown) => error as Error)
      const onEvents = (batch: readonly RunEvent[]): void => void events.push(...batch)
      return executeRun({ ...input, run: NEW, adopt: RUN, onEvents, ...next })
    },
  })
  return { simulated, old, events }
}

describe('a run that takes over the nodes of an earlier one', () => {
  it('runs and enables what that one left disabled; no node is enabled before its turn', async () => {
    const { simulated, old } = await adopt(executeRun)
    expect(old).toMatchObject({ result: 'failed', exit: 7 })
    expect(Object.keys((old as RunReport).left_disabled)).toEqual(LAMP.nodes)
    const { report, log } = simulated
    expect(report).toMatchObject({ run: NEW, result: 'succeeded', exit: 0, left_disabled: {} })
    for (const name of LAMP.nodes) {
      expect(lockOf(simulated, name)).toBeUndefined()
      // Between the two runs nobody enabled it; but for the proof of one, once for its run and once in the end.
      const enabled = entries(log, 'enabled', name).length
      expect(enabled, name).toBeLessThanOrEqual(name === 'dev1' ? 5 : 4)
    }
  })

  it('waits for H when the earlier one did not end, and takes its lock', async () => {
    const dead = (input: RunInput): Promise<RunReport> =>
      new Promise((_resolve, reject) => {
        const crash = { where: 'before the request', at: 9 } as const
        // Nobody goes on with it: its process is gone, and so is its heartbeat.
        const gone = (): void => {
          ;(input.store as MemoryStore).orphan(RUN)
          reject(new Error('dead'))
        }
        const { store } = input
        const nobody = { ...store, open: () => Promise.reject(new Error('nobody')) }
        crashing(crash, gone)({ ...input, store: nobody }).catch(() => undefined)
      })
    const { simulated, old, events } = await adopt(dead, {}, {})
    expect(old).toMatchObject({ message: 'dead' })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
    // The look comes after what the dead one sent at the last moment could act.
    const [created, looked] = events
    expect((looked?.at ?? 0) - (created?.at ?? 0)).toBeGreaterThanOrEqual(simulated.openFor)
    expect(created).toMatchObject({ type: 'created', adopts: RUN })
    expect(started(simulated.log).length).toBeGreaterThanOrEqual(LAMP.nodes.length)
  })

  it('touches nothing where it is declined, and says who holds the nodes still', async () => {
    const { simulated } = await adopt(executeRun, { confirm: async () => 'declined' })
    const { report } = simulated
    expect(report).toMatchObject({ result: 'refused', exit: 3 })
    for (const name of LAMP.nodes) {
      expect(report.nodes[name]?.lock).toBe('foreign')
      expect(lockOf(simulated, name)).toContain(RUN)
    }
  })

  it('leaves them as they are where it is stopped before its first request, at any moment (S5)', async () => {
    let tried = 0
    for (let seconds = 2; seconds <= 40; seconds += 0.5) {
      const soft = new AbortController()
      const first = async (input: RunInput): Promise<RunReport> => {
        const report = await executeRun(input)
        const { clock } = input
        const at = clock.now() + seconds * 1_000
        void clock.sleepUntil(at, new AbortController().signal).then(() => soft.abort('SIGINT'))
        return report
      }
      const { simulated } = await adopt(first, { soft: soft.signal })
      const { report } = simulated
      if (Object.values(report.nodes).some(({ attempts }) => attempts > 0)) break
      for (const name of LAMP.nodes) {
        const lock = lockOf(simulated, name)
        expect(lock, `${name} at ${seconds}`).toBeDefined()
        const holder = lock?.includes(RUN) === true ? RUN : NEW
        if (holder === NEW) tried++
        // What it had not touched the earlier one has named.
        const command = report.left_disabled[name]?.command ?? `choirmaster enable --run ${RUN}`
        expect(command, `${name} at ${seconds}`).toBe(`choirmaster enable --run ${holder}`)
      }
    }
    // The node on which it was tried that we may enable.
    expect(tried).toBeGreaterThan(0)
  })

  it('is resumed like any other', async () => {
    const crash = { where: 'after the request', at: 20 } as const
    const { simulated } = await adopt(executeRun, {})
    expect(simulated.report.result).toBe('succeeded')
    const again = await simulate({
      plan: LAMP,
      scenario,
      options: { keepDisabled: 'all' },
      async engine(input) {
        await executeRun(input)
        return crashing(crash)({ ...input, run: NEW, adopt: RUN })
      },
    })
    expect(again.report).toMatchObject({ run: NEW, result: 'succeeded', left_disabled: {} })
  })

  it('is refused while the earlier one is alive', async () => {
    const refused = simulate({
      plan: LAMP,
      async engine(input) {
        const first = executeRun(input)
        await expect(executeRun({ ...input, run: NEW, adopt: RUN })).rejects.toMatchObject({
          code: 'store-lock-alive',
        })
        return first
      },
    })
    expect((await refused).report.result).toBe('succeeded')
  })
})
