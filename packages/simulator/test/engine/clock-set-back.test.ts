import {
  DEFAULT_FAILURES,
  DEFAULT_LIMITS,
  resolveFailures,
  type EngineOptions,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { entries, simulate, violations, type Simulated } from './simulate.js'

const ONE = runPlan([['a']])
/** By more than clocks may be apart: the record of a short run looks as if it was there before the request. */
const STEP_S = -22

interface SetBack {
  /** How long the run takes, which is a good one. */
  readonly run: number
  /** When the node's clock is set, seconds since the run began to apply. */
  readonly delay: number
  readonly retries: number
  readonly options?: Partial<EngineOptions>
}

const setBack = ({ run, delay, retries, options }: SetBack): Promise<Simulated> =>
  simulate({
    plan: ONE,
    options: {
      failures: resolveFailures({ ...DEFAULT_FAILURES, retries, retryPause: 1_000 }, ONE),
      ...options,
    },
    scenario: {
      defaults: { run, changes: 1 },
      nodes: { a: [{ fault: 'clock-step', on: 'started', delay, seconds: STEP_S }] },
    },
  })

describe("a node's clock that is set back during its run", () => {
  it('is no reason to run the node again, though failed runs are tried again (S8)', async () => {
    // The node is asked so often that its run is seen applying, and seen no more, before its clock is where it was.
    const options = { limits: { ...DEFAULT_LIMITS, poll: 2_000 } }
    for (const run of [8, 12, 18]) {
      for (const delay of [3, 5, 7]) {
        const simulated = await setBack({ run, delay, retries: 1, options })
        const told = `a run of ${run} s, set after ${delay} s`
        expect(violations(simulated), told).toEqual([])
        expect(entries(simulated.log, 'started'), told).toHaveLength(1)
      }
    }
  })

  it('leaves unknown how it ended: it did not die (R2)', async () => {
    for (const retries of [0, 1]) {
      for (const run of [8, 12, 15, 20]) {
        const simulated = await setBack({ run, delay: 6, retries })
        const told = `a run of ${run} s, ${retries} retries`
        expect(violations(simulated), told).toEqual([])
        expect(entries(simulated.log, 'started'), told).toHaveLength(1)
        const { a } = simulated.report.nodes
        expect(a, told).toMatchObject({ result: 'unknown', code: 'node-clock' })
      }
    }
  })
})

it('is no reason to run a node again that takes so long to answer that the step does not show (S8)', async () => {
  const simulated = await simulate({
    plan: ONE,
    scenario: {
      defaults: { run: 20, changes: 1 },
      nodes: {
        a: [
          { fault: 'slow', seconds: 17 },
          { fault: 'clock-step', on: 'requested', seconds: -15 },
        ],
      },
    },
  })
  expect(violations(simulated)).toEqual([])
  expect(entries(simulated.log, 'started')).toHaveLength(1)
  expect(simulated.report.nodes['a']).toMatchObject({ result: 'unknown', code: 'node-clock' })
})

it.each([4, 8])(
  "a stranger's run that ended before ours was asked for, by a clock that nobody set, is not taken for ours: journal %i s slow (S8)",
  async (journalSlow) => {
    const simulated = await simulate({
      plan: runPlan([['b', 'a']]),
      scenario: {
        defaults: { run: 5, changes: 1 },
        nodes: {
          b: [
            // The permission probe is its first request for a run.
            { fault: 'silent', actions: ['runonce'], after_calls: 1, times: 1 },
            { fault: 'foreign-run', on: 'enabled', delay: 0.3, seconds: 1 },
          ],
        },
      },
      troubles: { journalSlow },
    })
    expect(violations(simulated)).toEqual([])
    expect(simulated.report).toMatchObject({ result: 'succeeded', nodes: { b: { attempts: 2 } } })
  },
)
