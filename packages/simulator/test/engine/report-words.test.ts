import { DEFAULT_FAILURES, DEFAULT_LIMITS, resolveFailures } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { simulate, START } from './simulate.js'

const ONE = runPlan([['a']], [], { 'A[a]': ['a'] })
const TWO = runPlan([['a', 'b']], [], { 'A[a]': ['a'], 'B[b]': ['b'] })
const ONE_RETRY = resolveFailures({ ...DEFAULT_FAILURES, retries: 1, retryPause: 1_000 }, ONE)

describe('what the report says', () => {
  it('the time came while the request was refused as busy: until-passed, with a reason', async () => {
    for (let at = 37; at < 41; at += 0.25) {
      const { report } = await simulate({
        plan: ONE,
        options: { until: new Date(START + at * 1000).toISOString() },
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: { a: [{ fault: 'foreign-run', at: 0.5, every: 0.7, seconds: 30 }] },
        },
      })
      const { result, code } = report.nodes['a'] ?? {}
      if (result !== 'not reached') continue
      expect.soft([code, report.reason === null], `until ${at} s`).toEqual(['until-passed', false])
    }
  })

  it('a node that a second interrupt left disabled is not left so because of the failure of another', async () => {
    for (let at = 62; at < 72; at++) {
      const { report } = await simulate({
        plan: TWO,
        interrupt: { soft: at - 0.5, hard: at },
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: { a: [{ fault: 'failed-resources' }], b: [{ fault: 'run-time', seconds: 20 }] },
        },
      })
      const reason = report.left_disabled['b']?.reason ?? 'by SIGINT'
      expect.soft(reason, `after ${at} s: ${report.nodes['b']?.result}`).toContain('SIGINT')
    }
  })

  it('a node whose run failed was started, though the run is stopped as it takes a slot again', async () => {
    for (let at = 130; at < 136; at += 0.5) {
      const { report } = await simulate({
        plan: ONE,
        options: { failures: ONE_RETRY, limits: { ...DEFAULT_LIMITS, start: 1_000 } },
        interrupt: { soft: at },
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: { a: [{ fault: 'failed-resources', attempt: 1 }] },
        },
      })
      expect.soft(report.nodes['a']?.seconds, `interrupted after ${at} s`).not.toBeNull()
    }
  })

  it('a run that slipped in behind the first try is not said to have been judged, after a second one', async () => {
    for (let delay = 6; delay < 9; delay += 0.5) {
      const { report } = await simulate({
        plan: ONE,
        options: { failures: ONE_RETRY },
        scenario: {
          defaults: { run: 5, changes: 1 },
          nodes: {
            a: [
              {
                ...{ fault: 'foreign-run', on: 'ended', delay, seconds: 60 },
                ...{ ending: 'failed-resources', times: 1 },
              },
            ],
          },
        },
      })
      const { attempts, warnings } = report.nodes['a'] ?? {}
      if (attempts === 2) expect.soft(warnings, `${delay} s after the run`).toEqual([])
    }
  })
})
