import {
  DEFAULT_FAILURES,
  resolveFailures,
  type FailurePolicy,
  type RunPlan,
} from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate, violations } from './simulate.js'

const once = (retryPause: number, plan: RunPlan): FailurePolicy =>
  resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause }, plan)

describe('a node that is to be tried again has failed when the run stops before (R2)', () => {
  it('while it rests', async () => {
    const plan = runPlan([['a', 'b']])
    const simulated = await simulate({
      plan,
      scenario: {
        defaults: { changes: 1, run: 20 },
        nodes: { a: [{ fault: 'failed-resources' }], b: [{ fault: 'run-time', seconds: 300 }] },
      },
      options: { failures: once(30_000, plan), width: 2 },
      onEvents(batch, control) {
        if (batch.some(({ type }) => type === 'judged')) control.interrupt('soft')
      },
    })
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.nodes['a']).toMatchObject({ result: 'failed', attempts: 1 })
  })

  it('while it is enabled for its second try', async () => {
    const plan = runPlan([['a']])
    let retried = false
    const simulated = await simulate({
      plan,
      scenario: {
        defaults: { run: 5, changes: 1 },
        nodes: { a: [{ fault: 'failed-resources' }] },
      },
      options: { failures: once(1_000, plan) },
      onEvents(batch, control) {
        for (const event of batch) {
          if (event.type === 'retry') retried = true
          else if (retried && event.type === 'intent' && event.purpose === 'start')
            control.interrupt('hard')
        }
      },
    })
    expect(violations(simulated)).toEqual([])
    expect(simulated.report.nodes['a']).toMatchObject({ result: 'failed', attempts: 1 })
  })
})
