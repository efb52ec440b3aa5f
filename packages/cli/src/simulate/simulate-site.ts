import { createPuppetAgent } from '@choirmaster/agent-puppet'
import {
  executeRun,
  type Prober,
  type PastRuns,
  runId,
  toRunPlan,
  type Moment,
  type RunReport,
} from '@choirmaster/core'
import { memoryStore, seededRandom } from '@choirmaster/core/testing'
import { simulatedFleet, virtualClock, type Scenario } from '@choirmaster/simulator'
import type { Prepared } from '../prepare-run.js'
import type { Past } from '../past/read-past.js'
import { createProber } from '../gate/probe.js'
import { withRunTimes } from './run-times.js'

export interface SimulateInput extends Pick<Prepared, 'plan' | 'options'> {
  readonly scenario: Scenario
  readonly runs: Past['runs']
  /** What the run itself would know of them. */
  readonly past: PastRuns | undefined
  /** When the run would begin. */
  readonly at: Moment
}

/** Programs of checks belong to the real nodes: none is run. */
const ASSUMED: ReturnType<Prober> = Promise.resolve({ passed: true, message: 'assumed' })

/**
 * One run as it would go: the real engine and agent on a simulated fleet, in virtual time. The same seed gives the same.
 * Nothing leaves the process: no node, no store, no lock.
 */
export async function simulateSite(input: SimulateInput, seed: number): Promise<RunReport> {
  const { plan, options, at, past } = input
  const random = seededRandom(seed)
  const scenario = withRunTimes(input.scenario, input.runs, plan.nodes, random)
  const clock = virtualClock(at)
  const fleet = simulatedFleet({ clock, scenario, seed })
  const never = new AbortController().signal
  const ports = createProber(clock, fleet.transport)
  return executeRun({
    run: runId(at, random),
    plan: toRunPlan(plan),
    options,
    ...(past && { past }),
    agent: createPuppetAgent(fleet.transport),
    store: memoryStore(),
    clock,
    probe: (node, probe, call) => ('command' in probe ? ASSUMED : ports(node, probe, call)),
    confirm: () => Promise.resolve('flag'),
    onEvents: () => undefined,
    soft: never,
    hard: never,
  })
}
