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

/** It was seen that the clock was set, or that the run may be ours by a clock that was. */
const UNTOLD = /^(node-clock|puppet-older-run)$/

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
        expect(a, told).toMatchObject({ result: 'unknown', code: expect.stringMatching(UNTOLD) })
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
  expect(simulated.report.nodes['a']).toMatchObject({ result: 'unknown', code: 'puppet-older-run' })
})

it('is no reason to run a node again where it hides in the time of two usual answers (S8)', async () => {
  for (const step of [2, 3, 4, 5, 6, 8, 12]) {
    for (const on of ['requested', 'started'] as const) {
      for (const run of [1, 20]) {
        const faults = [{ fault: 'clock-step', on, delay: 0.3, seconds: -step }]
        const simulated = await simulate({
          plan: ONE,
          scenario: { defaults: { run, changes: 1 }, nodes: { a: faults } },
        })
        const told = `a run of ${run} s, set back by ${step} s once ${on}`
        expect(violations(simulated), told).toEqual([])
        expect(entries(simulated.log, 'started'), told).toHaveLength(1)
      }
    }
  }
})

it.each([
  [1, 11, 22],
  [1, 14, 19],
  [1, 17, 16],
  [1, 20, 16],
  [1, 22, 14],
  [6, 17, 21],
])(
  'is no reason to run a node again whose record falls into the second of the run before: %i s, cron %i s, set back by %i s (S8)',
  async (run, seconds, step) => {
    const simulated = await simulate({
      plan: ONE,
      options: {
        failures: resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause: 1_000 }, ONE),
      },
      scenario: {
        defaults: { run, changes: 1 },
        nodes: {
          a: [
            { fault: 'foreign-run', at: 8, seconds },
            { fault: 'clock-step', on: 'requested', delay: 0.5, seconds: -step },
          ],
        },
      },
    })
    expect(violations(simulated)).toEqual([])
    const ours = entries(simulated.log, 'started').filter(({ by }) => by !== 'cron')
    expect(ours).toHaveLength(1)
    expect(simulated.report.nodes['a']).toMatchObject({ result: 'unknown', code: 'node-clock' })
  },
)

it("a stranger's run that slept is proven by its report as ours would be, where logs cannot be read", async () => {
  for (const loads of [9, 10, 12]) {
    const simulated = await simulate({
      plan: ONE,
      witness: { lag: 1 },
      scenario: {
        defaults: { run: 1, changes: 1 },
        nodes: {
          a: [{ fault: 'unreadable-logs' }, { fault: 'foreign-run', at: 30, loads, seconds: 5 }],
        },
      },
    })
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.nodes['a'], `slept ${loads} s`).toMatchObject({
      result: 'changed',
      attempts: 1,
    })
  }
})

it("a stranger's run that was loading when ours was requested stands for it: it asks for a catalog after that", async () => {
  for (const loads of [2, 4, 6, 8, 10, 12]) {
    const simulated = await simulate({
      plan: ONE,
      scenario: {
        defaults: { run: 20, changes: 1 },
        nodes: {
          // The last of them begin at the end of the drain and at the baseline, the eleventh and twelfth that the node is
          // asked; it is disabled then, at which they look once they have loaded.
          a: [{ fault: 'foreign-run', on: 'asked', times: 12, loads, seconds: 20 }],
        },
      },
    })
    expect(violations(simulated), `loads ${loads} s`).toEqual([])
    const { result, nodes } = simulated.report
    expect(result, `loads ${loads} s`).toBe('succeeded')
    expect(nodes['a']?.attempts, `loads ${loads} s`).toBe(1)
  }
})

it("a stranger's run that slept until ours was over says nothing of when it was started (S8)", async () => {
  const overwritten: string[] = []
  for (const loads of [12, 12.5, 13, 13.5, 14, 14.5]) {
    const simulated = await simulate({
      plan: ONE,
      scenario: {
        defaults: { run: 1, changes: 1 },
        // Started four seconds before the baseline, as by cron with --splay.
        nodes: { a: [{ fault: 'foreign-run', at: 30, loads, seconds: 5 }] },
      },
    })
    const told = `sleeps ${loads} s`
    expect(violations(simulated), told).toEqual([])
    expect(simulated.report.nodes['a'], told).toMatchObject({ result: 'changed', attempts: 1 })
    overwritten.push(
      entries(simulated.log, 'started')
        .map(({ by }) => by)
        .join(),
    )
  }
  expect(overwritten).toContainEqual(expect.stringMatching(/cron$/))
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
