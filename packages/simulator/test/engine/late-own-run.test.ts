import { runPlan } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { entries, simulate, violations } from './simulate.js'

/**
 * A run of somebody else that begins after our request, and is over before the process that we asked for has loaded,
 * proves the node. Our process ends only because it finds the node disabled: a node that is enabled before runs it then.
 */
describe('our own process still loads when the node is proven by the run of somebody else (S6, S10)', () => {
  for (const witnessed of [false, true]) {
    it(`it does not run after its node is released, ${witnessed ? 'with' : 'without'} a witness`, async () => {
      for (const show of [5, 7, 9, 11, 13]) {
        for (const reply of [
          [0.2, 0.4],
          [1.1, 1.4],
        ] as const) {
          const simulated = await simulate({
            plan: runPlan([['a'], ['b']], [], { 'A[a]': ['a'], 'B[b]': ['b'] }),
            options: { width: 1 },
            ...(witnessed && { witness: {} }),
            scenario: {
              defaults: { run: 30, changes: 1, reply },
              nodes: {
                a: [
                  { fault: 'slow-start', seconds: show },
                  { fault: 'foreign-run', on: 'requested', delay: 0.1, seconds: 1 },
                ],
              },
            },
          })
          const told = `loads for ${show} s, replies after ${reply.join(' to ')} s`
          expect.soft(violations(simulated), told).toEqual([])
          const ended = Date.parse(simulated.report.ended ?? '')
          const after = entries(simulated.log, 'ended', 'a').filter(
            ({ by, at }) => by !== 'cron' && at > ended,
          )
          expect.soft(after, `under way at the end: ${told}`).toEqual([])
        }
      }
    })
  }
})
