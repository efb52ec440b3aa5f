import { DEFAULT_OPTIONS } from '@choirmaster/core'
import { check, type Violation } from '../../src/checker/check.js'
import { simulate, type Simulated } from '../engine/simulate.js'
import { randomCase, type RandomCase } from './random-scenario.js'

export interface CaseResult {
  readonly seed: number
  readonly case: RandomCase
  readonly simulated: Simulated
  readonly violations: readonly Violation[]
}

/** H of the agent, and the longest run: after this nothing that was sent can act any more. */
const ALL_OVER_MS = 7_200_000

/** One seeded run and what the checker says of it. */
export async function runCase(seed: number, mode: 'safety' | 'liveness'): Promise<CaseResult> {
  const random = randomCase(seed, mode)
  const simulated = await simulate({
    plan: random.plan,
    scenario: random.scenario,
    options: random.options,
    seed,
    onEvents(_events, control) {
      if (random.softAt !== null && control.seconds >= random.softAt) control.soft()
      if (random.hardAt !== null && control.seconds >= random.hardAt) control.hard()
      if (random.loseStoreAt !== null && control.seconds >= random.loseStoreAt) {
        control.store.fail('no space left on device')
      }
    },
  })
  const end = new Date(simulated.report.ended ?? 0).getTime()
  simulated.fleet.settle(end + ALL_OVER_MS)
  const violations = check({
    plan: random.plan,
    options: { ...DEFAULT_OPTIONS, ...random.options },
    log: simulated.fleet.log,
    report: simulated.report,
    events: simulated.events,
  })
  if (mode === 'liveness' && simulated.report.result !== 'succeeded') {
    violations.push({
      promise: 'L2',
      message: `faults that go away, but the run ended as ${simulated.report.result}: ${simulated.report.reason ?? ''}`,
    })
  }
  return { seed, case: random, simulated, violations }
}
