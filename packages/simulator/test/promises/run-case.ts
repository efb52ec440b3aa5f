import type { Violation } from '../../src/checker/check.js'
import { simulate, violations, type Simulated, type Simulation } from '../engine/simulate.js'
import { randomCase, type RandomCase } from './random-scenario.js'

export interface CaseResult {
  readonly seed: number
  readonly case: RandomCase
  readonly simulated: Simulated
  readonly violations: readonly Violation[]
}

/** What a case may replace: nothing for our own engine, something for one that is broken on purpose. */
export type Sabotage = Pick<Simulation, 'agent' | 'store' | 'engine'>

/** One seeded run and what the checker says of it. */
export async function runCase(
  seed: number,
  mode: 'safety' | 'liveness',
  sabotage: Sabotage = {},
): Promise<CaseResult> {
  const random = randomCase(seed, mode)
  const simulated = await simulate({
    plan: random.plan,
    scenario: random.scenario,
    options: random.options,
    seed,
    ...sabotage,
    onEvents(_events, control) {
      if (random.softAt !== null && control.seconds >= random.softAt) control.soft()
      if (random.hardAt !== null && control.seconds >= random.hardAt) control.hard()
      if (random.loseStoreAt !== null && control.seconds >= random.loseStoreAt) {
        control.store.fail('no space left on device')
      }
    },
  })
  const broken = [...violations(simulated)]
  if (mode === 'liveness' && simulated.report.result !== 'succeeded') {
    broken.push({
      promise: 'L2',
      message: `faults that go away, but the run ended as ${simulated.report.result}: ${simulated.report.reason ?? ''}`,
    })
  }
  return { seed, case: random, simulated, violations: broken }
}
