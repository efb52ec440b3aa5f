import {
  executeRun,
  readOpenOn,
  readStillOpen,
  releaseRun,
  type ReleaseReport,
  type ResumeInput,
  type RunInput,
  type RunReport,
} from '@choirmaster/core'
import { runPlan, type MemoryStore } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { lockOf, RUN, simulate } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const ADOPTER = '20261122T030000-fixed1'
const ONE = runPlan([['b']], [], { 'App[x]': ['b'] })

const LATE = { fault: 'late-effect', actions: ['disable'], times: 1, seconds: 79 } as const

/** As `choirmaster unlock` of the adopter and `enable --run` of the run whose nodes it took do. @param all waits for the adopter too */
async function enable({ store, clock, agent, soft, hard }: ResumeInput, all: boolean) {
  const call = { signal: hard }
  await store.unlock(ADOPTER, call)
  const header = { run: RUN, at: '', by: 'choria=another', environment: '', nodes: 1 }
  const lease = await store.lock(ONE.nodes, header, call)
  const now = clock.now()
  const open = all
    ? await readOpenOn(ONE.nodes, store, now, agent.openFor, call)
    : [await readStillOpen(store, RUN, now, call)]
  for (const one of open) if (one !== undefined) await clock.sleepUntil(one.until + 1, soft)
  const confirm = (): Promise<boolean> => Promise.resolve(true)
  const given = { agent, clock, run: RUN, lease, soft, hard, nodes: ONE.nodes, confirm }
  const report = await releaseRun(given)
  await lease.release()
  return report
}

/** Kills an adopter as each of its requests leaves, the disable among them 79 s late: nodes that were enabled in vain. */
async function undone(all: boolean): Promise<{ enabled: number; undone: string[] }> {
  const tally = { enabled: 0, undone: [] as string[] }
  for (let calls = 2; calls <= 6; calls++) {
    for (let at = 3; at <= 14; at++) {
      let released: ReleaseReport | undefined
      const simulated = await simulate({
        plan: ONE,
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: {
            b: [
              { fault: 'failed-resources', times: 1 },
              { ...LATE, after_calls: calls },
            ],
          },
        },
        options: { keepDisabled: 'all' },
        async engine(input: RunInput): Promise<RunReport> {
          const old = await executeRun(input)
          if (old.exit !== 7) return old
          const killed = crashing(
            { where: 'as the request leaves', at },
            undefined,
            async (next) => {
              released = await enable({ ...next, store: input.store as MemoryStore }, all)
              return old
            },
          )
          return killed({ ...input, run: ADOPTER, adopt: RUN })
        },
      }).catch(() => undefined)
      if (simulated === undefined || released?.nodes['b']?.result !== 'enabled') continue
      tally.enabled += 1
      simulated.fleet.settle(simulated.clock.now() + 600_000)
      const lock = lockOf(simulated, 'b')
      if (lock !== undefined) tally.undone.push(`disable ${calls} late, killed at ${at}: ${lock}`)
    }
  }
  return tally
}

it('enable --run of an adopted run is not undone by the adopter that was killed (S16)', async () => {
  const tally = await undone(true)
  expect(tally.undone).toEqual([])
  expect(tally.enabled).toBeGreaterThan(5)
})

it('would be undone if only the adopted run was waited for', async () => {
  expect((await undone(false)).undone).not.toEqual([])
})
