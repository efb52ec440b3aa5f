import {
  DEFAULT_OPTIONS,
  executeRun,
  type NodeAgent,
  type RunPlan,
  type RunReport,
  type RunStore,
} from '@choirmaster/core'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { createFleet } from '../../src/fleet/fleet.js'
import { memoryLog } from '../../src/fleet/logs.js'
import { simulatedTransport } from '../../src/fleet/transport.js'
import { virtualClock, type FleetLogEntry } from '../../src/index.js'
import { START } from './simulate.js'

export interface TwoRuns {
  readonly plan: RunPlan
  /** The store of each; the same one is a shared store. */
  readonly stores: readonly [RunStore, RunStore]
  /** Seconds after the first that the second begins. */
  readonly gap: number
  /** Of the fleet's chances; default: 1. */
  readonly seed?: number
  agent?(agent: NodeAgent): NodeAgent
}

export interface TwoEnded {
  readonly reports: readonly [RunReport, RunReport | Error]
  readonly log: readonly FleetLogEntry[]
}

/** Two runs of the same plan on one fleet, each with a caller of its own. */
export async function runTwo({
  plan,
  stores,
  gap,
  seed = 1,
  agent = (own) => own,
}: TwoRuns): Promise<TwoEnded> {
  const clock = virtualClock(START)
  const log = memoryLog()
  const fleet = createFleet({ scenario: {}, seed, start: START, log })
  const never = new AbortController().signal
  const run = async (name: string, store: RunStore): Promise<RunReport> => {
    const transport = simulatedTransport({ fleet, clock, caller: `choria=${name}.mcollective` })
    return executeRun({
      run: `20261122T020000-${name}`,
      plan,
      options: DEFAULT_OPTIONS,
      agent: agent(createPuppetAgent(transport)),
      store,
      clock,
      confirm: async () => 'flag',
      onEvents: () => undefined,
      soft: never,
      hard: never,
    })
  }
  const second = async (): Promise<RunReport | Error> => {
    await clock.sleepUntil(START + gap * 1000, never)
    return run('second', stores[1]).catch((error: unknown) => error as Error)
  }
  const reports = await Promise.all([run('first', stores[0]), second()])
  fleet.advance(clock.now())
  return { reports, log: log.entries }
}
