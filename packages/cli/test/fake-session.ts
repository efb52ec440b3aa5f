import { createPuppetAgent } from '@choirmaster/agent-puppet'
import {
  DEFAULT_OPTIONS,
  type EngineOptions,
  type CatalogSource,
  type Environment,
  type Reporter,
  type RunStore,
} from '@choirmaster/core'
import { memoryStore, seededRandom } from '@choirmaster/core/testing'
import {
  type Scenario,
  simulatedFleet,
  type SimulatedFleet,
  virtualClock,
} from '@choirmaster/simulator'
import type { ConfigFlags } from '../src/config/flag-settings.js'
import { createProber } from '../src/gate/probe.js'
import type { OpenSession } from '../src/session.js'

const START = Date.UTC(2026, 10, 22, 11, 15, 47)

/** Each run takes 20 s and changes something; nothing is random, so that output can be compared. */
const EXACT: Scenario = {
  defaults: { run: 20, show: [2, 2], reply: [1, 1], report: [0.1, 0.1], changes: 1 },
}

export interface World {
  readonly environment: Environment
  readonly scenario?: Scenario
  /** What the source gives after a run; absent: it is one that no run changes. */
  readonly afterRun?: () => Promise<Environment>
  /** What the source has against nodes. */
  readonly findings?: CatalogSource['findings']
  readonly options?: Partial<EngineOptions>
  readonly store?: RunStore
  readonly reporters?: readonly Reporter[]
  /** What the session says of its nodes; default: they are simulated. */
  readonly simulated?: boolean
  /** What its simulated fleet is called; default: `fake`. */
  readonly fleetName?: string
}

export interface FakeWorld {
  readonly openSession: OpenSession
  readonly fleet: SimulatedFleet
  readonly store: RunStore
  /** Replaces the site, as if somebody had changed it. */
  change(environment: Environment): void
  /** Flags of the sessions that were opened. */
  readonly opened: ConfigFlags[]
}

/** The real planner, engine and agent on a simulated fleet in virtual time; the site and the store in memory. */
export function fakeWorld(world: World): FakeWorld {
  let { environment } = world
  const clock = virtualClock(START)
  const fleet = simulatedFleet({ clock, scenario: { ...EXACT, ...world.scenario } })
  const store = world.store ?? memoryStore()
  const opened: ConfigFlags[] = []
  return {
    fleet,
    store,
    opened,
    change: (changed) => void (environment = changed),
    openSession: (flags) => {
      opened.push(flags)
      return Promise.resolve({
        colour: 'auto',
        simulated: world.simulated ?? true,
        ...(world.simulated !== false && { fleet: world.fleetName ?? 'fake' }),
        hasCatalog: true,
        secretsOf: () => Promise.resolve([]),
        catalogChoice: () => ({
          provider: 'file',
          options: { path: 'site.yaml' },
          base_dir: '/srv/site',
          environment: null,
        }),
        optionsFor: () => ({
          ...DEFAULT_OPTIONS,
          ...world.options,
          ...(typeof flags.batch === 'number' && { batch: flags.batch }),
          ...(flags.unready === 'skip' && { unready: 'skip' as const }),
        }),
        clock,
        random: seededRandom(1),
        openCatalog: () =>
          Promise.resolve({
            environment: () => Promise.resolve(environment),
            ...(world.afterRun !== undefined && { afterRun: world.afterRun }),
            ...(world.findings !== undefined && { findings: world.findings }),
          }),
        openAgent: () => Promise.resolve(createPuppetAgent(fleet.transport)),
        openTransport: () => Promise.resolve(fleet.transport),
        examine: () => Promise.resolve(undefined),
        openProber: () => Promise.resolve(createProber(clock, fleet.transport)),
        openStore: () => Promise.resolve(store),
        openWitness: () => Promise.resolve(undefined),
        openReporters: () => Promise.resolve(world.reporters ?? []),
        onNotice: () => {},
        close: () => Promise.resolve(),
      })
    },
  }
}

/** What we changed on nodes, by the fleet's own log; what the scenario's strangers did is not ours. */
export function changesOf(fleet: SimulatedFleet): readonly string[] {
  const { caller } = fleet.transport
  return fleet.log.flatMap((entry) => {
    return CHANGES.has(entry.what) && 'by' in entry && entry.by === caller ? [entry.what] : []
  })
}
const CHANGES: ReadonlySet<string> = new Set(['disabled', 'enabled', 'spawned', 'started'])

/** Requests that reached nodes, by the fleet's own log. */
export function requestsOf(fleet: SimulatedFleet): readonly string[] {
  return fleet.log.flatMap((entry) => (entry.what === 'request' ? [entry.action] : []))
}
