import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { executeRun, runId, toRunPlan, type Moment, type RunReport } from '@choirmaster/core'
import { memoryStore, seededRandom } from '@choirmaster/core/testing'
import { simulatedFleet, virtualClock, type Scenario } from '@choirmaster/simulator'
import type { Prepared } from '../prepare-run.js'
import { withRunTimes, type RunTimes } from './run-times.js'

export interface SimulateInput extends Pick<Prepared, 'plan' | 'options'> {
  readonly scenario: Scenario
  readonly times: RunTimes
  /** When the run would begin. */
  readonly at: Moment
}

/**
 * One run as it would go: the real engine and agent on a simulated fleet, in virtual time. The same seed gives the same.
 * Nothing leaves the process: no node, no store, no lock.
 */
export async function simulateSite(input: SimulateInput, seed: number): Promise<RunReport> {
  const { plan, options, at } = input
  const random = seededRandom(seed)
  const scenario = withRunTimes(input.scenario, input.times, plan.nodes, random)
  const clock = virtualClock(at)
  const fleet = simulatedFleet({ clock, scenario, seed })
  const never = new AbortController().signal
  return executeRun({
    run: runId(at, random),
    plan: toRunPlan(plan),
    options,
    agent: createPuppetAgent(fleet.transport),
    store: memoryStore(),
    clock,
    confirm: () => Promise.resolve('flag'),
    onEvents: () => undefined,
    soft: never,
    hard: never,
  })
}
