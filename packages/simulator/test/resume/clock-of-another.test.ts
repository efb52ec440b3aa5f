import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { entries, simulate, violations, type Simulated } from '../engine/simulate.js'
import { crashing } from './crashing.js'

const ONE = runPlan([['a']])
/** How far the clock of the machine that goes on is from the one before, seconds. */
const APART = [-20, -12, 0, 12, 20] as const

interface GoneOn {
  readonly apart: number
  /** By so many seconds the node's clock is set back as its run begins; 0: not at all. */
  readonly step: number
  /** The process dies before this request. */
  readonly at: number
}

/** A run of a minute, whose process dies as it goes on. */
const goneOn = ({ apart, step, at }: GoneOn): Promise<Simulated> =>
  simulate({
    ...{ plan: ONE, apart: apart * 1_000 },
    scenario: {
      defaults: { run: 60, changes: 1 },
      nodes:
        step === 0
          ? {}
          : { a: [{ fault: 'clock-step', on: 'requested', delay: 1, seconds: -step }] },
    },
    engine: crashing({ where: 'before the request', at, apart }),
  })

/** Requests of a run of one node: look, proof, lock, drain and baseline come first, then enable, run, and the waiting. */
const WHILE_IT_RUNS = [13, 14, 15, 16] as const

it.each(APART)(
  'a machine whose clock is %i s apart takes no run of ours for another (S8)',
  async (apart) => {
    for (const step of [12, 20, 26, 33, 45]) {
      for (const at of WHILE_IT_RUNS) {
        const simulated = await goneOn({ apart, step, at })
        const told = `set back by ${step} s, killed before request ${at}`
        expect(violations(simulated), told).toEqual([])
        expect(entries(simulated.log, 'started'), told).toHaveLength(1)
      }
    }
  },
)

it.each(APART)(
  'nor says of a node that its clock was set, which was not (%i s apart)',
  async (apart) => {
    for (const at of WHILE_IT_RUNS) {
      const { report } = await simulate({
        ...{ plan: ONE, apart: apart * 1_000 },
        // It stands still between question and answer: when the node said so is not known well.
        troubles: { suspended: { append: at - 8, seconds: 19 } },
        scenario: { defaults: { run: 60, changes: 1 } },
        engine: crashing({ where: 'before the request', at, apart }),
      })
      expect(report.nodes['a'], `killed before request ${at}`).toMatchObject({ result: 'changed' })
    }
  },
)
