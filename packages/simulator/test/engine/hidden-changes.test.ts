import { executeRun } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import type { FaultEntry } from '../../src/index.js'
import { entries, lockOf, RUN, simulate, violations, type Simulated } from './simulate.js'

/** A disable of b that nobody answers acts 79 s late; H is 80 s. */
const lateDisable = (after: number): FaultEntry => ({
  fault: 'late-effect',
  actions: ['disable'],
  after_calls: after,
  times: 1,
  seconds: 79,
})

/** Once nothing can come any more: b may be disabled by us only if the report says so. */
function isTold(simulated: Simulated): boolean {
  const held = lockOf(simulated, 'b') !== undefined
  return !held || simulated.report.nodes['b']?.lock === 'ours'
}

/** The permission probe is the first disable of a node; the one after its run comes after that which locks it. */
const TO_LOCK = 1
const AFTER_ITS_RUN = 3

/**
 * While a node carries a message that is not ours, it cannot be seen whether our own change has come: it may still, once
 * that message is gone.
 */
describe('a message that hides our own open change (S5, S16)', () => {
  it('a stranger holds the node for a moment while it is being locked', async () => {
    for (let at = 14; at <= 53; at += 3) {
      for (const seconds of [3, 6, 20]) {
        const held = [
          { fault: 'disabled', at, message: 'ask Ada' },
          { fault: 'enabled', at: at + seconds },
        ]
        const simulated = await simulate({
          plan: runPlan([['a', 'b']], [], { 'App[x]': ['b'], 'App[y]': ['a'] }),
          scenario: {
            defaults: { run: 5, changes: 1 },
            nodes: { b: [lateDisable(TO_LOCK), ...held] },
          },
        })
        const told = `from ${at} s for ${seconds} s`
        expect(violations(simulated), told).toEqual([])
        expect(isTold(simulated), told).toBe(true)
      }
    }
  })

  it('a stranger holds the node for a moment after its run', async () => {
    for (let delay = 23; delay <= 59; delay += 4) {
      for (const seconds of [2, 6, 10]) {
        const held: readonly FaultEntry[] = [
          { fault: 'disabled', on: 'ended', delay, message: 'ask Ada' },
          { fault: 'enabled', on: 'ended', delay: delay + seconds },
        ]
        const simulated = await simulate({
          plan: runPlan([['b']], [], { 'App[x]': ['b'] }),
          scenario: {
            defaults: { run: 5, changes: 1 },
            nodes: { b: [lateDisable(AFTER_ITS_RUN), ...held] },
          },
        })
        const told = `from ${delay} s on for ${seconds} s`
        expect(violations(simulated), told).toEqual([])
        expect(isTold(simulated), told).toBe(true)
      }
    }
  })

  it('the message of the earlier run stands on a node that is taken over', async () => {
    const simulated = await simulate({
      plan: runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] }),
      scenario: {
        defaults: { run: 5, changes: 1 },
        nodes: {
          a: [{ fault: 'failed-resources', times: 1 }],
          // The earlier run's lock and two permission probes come first.
          b: [lateDisable(3)],
        },
      },
      options: { keepDisabled: 'all', width: 1 },
      async engine(input) {
        await executeRun(input)
        const options = { ...input.options, width: 2 }
        return executeRun({ ...input, run: '20261122T030000-fixed1', adopt: RUN, options })
      },
    })
    expect(simulated.report).toMatchObject({ result: 'succeeded', left_disabled: {} })
    simulated.fleet.settle(simulated.clock.now() + simulated.openFor)
    expect(isTold(simulated)).toBe(true)
  })
})

/** Whether an answer showed b's message to the run. */
function wasSeen({ plan, events }: Simulated, message: string): boolean {
  const b = plan.nodes.indexOf('b')
  return events.some(
    (event) =>
      event.type === 'observed' &&
      event.nodes.some(({ node, status }) => node === b && status.message === message),
  )
}

it.each([
  ['enabled for its run', 0],
  ['freed', 1],
])(
  "a stranger's lock that was seen and that our own late enable removes is told: %s (S3)",
  async (_, after_calls) => {
    let removed = 0
    for (let at = 38; at <= 110; at += 6) {
      const simulated = await simulate({
        plan: runPlan([['a', 'b']], [], { 'App[x]': ['b'], 'App[y]': ['a'] }),
        options: { width: 2 },
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: {
            b: [
              { fault: 'late-effect', actions: ['enable'], after_calls, times: 1, seconds: 78 },
              { fault: 'enabled', at },
              { fault: 'disabled', at: at + 0.5, message: 'ask Ada' },
            ],
          },
        },
      })
      expect(violations(simulated), `from ${at} s on`).toEqual([])
      const undone = entries(simulated.log, 'enabled', 'b').some((e) => e.message === 'ask Ada')
      if (!undone || !wasSeen(simulated, 'ask Ada')) continue
      removed++
      const { warnings = [] } = simulated.report.nodes['b'] ?? {}
      expect(warnings, `from ${at} s on`).toContainEqual(expect.stringMatching(/^raced/))
    }
    expect(removed).toBeGreaterThan(5)
  },
)
