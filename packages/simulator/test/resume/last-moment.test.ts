import { DEFAULT_FAILURES, resolveFailures } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import type { FaultEntry } from '../../src/index.js'
import { entries, simulate, started, violations } from '../engine/simulate.js'
import { crashing } from './crashing.js'
import { sleepsBeforeItSends } from './sleeping-sender.js'

const ONE = runPlan([['a']], [], { 'App[x]': ['a'] })

/** The request acts half a second before H, 80 s, has passed, and Puppet takes its time to load. */
const late = (loads: number): readonly FaultEntry[] => [
  // The permission probe is its first request for a run.
  { fault: 'late-effect', actions: ['runonce'], after_calls: 1, times: 1, seconds: 79.5 },
  { fault: 'slow-start', seconds: loads, attempt: 1 },
]

const dying = (lost = 0) => crashing({ where: 'as it asks for a run', at: 1, lost })

describe('a process that is killed as it asks for a run, which begins at the last moment', () => {
  it('leaves a run that is not asked for again, however old its intent is (S8)', async () => {
    const simulated = await simulate({
      plan: ONE,
      scenario: { defaults: { run: 3, changes: 1 }, nodes: { a: late(13) } },
      engine: (input) => dying()(sleepsBeforeItSends(input, 60_000)),
    })
    expect(entries(simulated.log, 'spawned', 'a')).toHaveLength(1)
    const until = simulated.wire.findLast(
      (entry) => entry.what === 'request' && entry.action === 'runonce',
    )?.at as number
    const standstills = [{ from: until - 60_000, until }]
    expect(violations({ ...simulated, standstills })).toEqual([])
  })

  it('leaves one of which the record is lost, too: it is waited for until it has shown (S8, S18)', async () => {
    for (const run of [0.5, 3]) {
      for (let loads = 5; loads <= 13; loads++) {
        const simulated = await simulate({
          plan: ONE,
          weakStore: true,
          scenario: { defaults: { run, changes: 1 }, nodes: { a: late(loads) } },
          engine: dying(1),
        })
        const told = `a run of ${run} s, loading for ${loads} s`
        expect(violations(simulated), told).toEqual([])
        expect(started(simulated.log), told).toEqual(['a'])
      }
    }
  })

  it('leaves one that keeps its slot, whatever of its records is lost (S6, S18)', async () => {
    const plan = runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] })
    const failures = resolveFailures({ ...DEFAULT_FAILURES, maxFailures: 1 }, plan)
    for (let lost = 1; lost <= 5; lost++) {
      const simulated = await simulate({
        plan,
        weakStore: true,
        options: { width: 1, failures },
        scenario: { defaults: { run: 120, changes: 1 }, nodes: { a: late(13) } },
        engine: dying(lost),
      })
      expect(violations(simulated), `${lost} lost`).toEqual([])
    }
  })
})
