import type { Violation } from '../../src/checker/check.js'
import { simulate, violations, type Simulated, type Simulation } from '../engine/simulate.js'
import { randomCase, type RandomCase } from './random-scenario.js'

export interface CaseResult {
  readonly seed: number
  readonly case: RandomCase
  readonly simulated: Simulated
  readonly violations: readonly Violation[]
}

/**
 * One seeded run and what the checker says of it.
 * @param engine another one than ours, such as one that is broken on purpose.
 */
export async function runCase(
  seed: number,
  mode: 'safety' | 'liveness',
  engine: Simulation['engine'] = undefined,
): Promise<CaseResult> {
  const random = randomCase(seed, mode)
  const simulated = await simulate({
    plan: random.plan,
    scenario: random.scenario,
    options: random.options,
    seed,
    interrupt: random.interrupt,
    ...(engine === undefined ? {} : { engine }),
    onEvents(_events, control) {
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

/** R5: whether a seed gives the same journal twice. */
export async function isRepeatable(
  seed: number,
  engine: NonNullable<Simulation['engine']>,
): Promise<boolean> {
  const first = await runCase(seed, 'safety', engine)
  const second = await runCase(seed, 'safety', engine)
  return JSON.stringify(first.simulated.events) === JSON.stringify(second.simulated.events)
}
