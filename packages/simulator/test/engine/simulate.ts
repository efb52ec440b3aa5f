import {
  DEFAULT_OPTIONS,
  executeRun,
  type EngineOptions,
  type NodeAgent,
  type PastRuns,
  type Prober,
  type RunEvent,
  type RunInput,
  type RunPlan,
  type RunReport,
  type Transport,
} from '@choirmaster/core'
import { memoryStore, runPlan, seededRandom, type MemoryStore } from '@choirmaster/core/testing'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import {
  simulatedFleet,
  simulatedWitness,
  virtualClock,
  type VirtualClock,
  type FleetLogEntry,
  type Scenario,
  type SimulatedFleet,
  type SimulatedWitnessOptions,
} from '../../src/index.js'
import { check, type Violation } from '../../src/checker/check.js'
import type { Judged } from '../../src/checker/judged.js'
import { quickTurn } from './quick-turn.js'
import { createRecorder } from './recorder.js'
import { troubled, type Trouble, type Troubles } from './troubles.js'

export const START = Date.UTC(2026, 10, 22, 2, 0, 0)
export const RUN = '20261122T020000-abc123'

/** The seed's LAMP site: two applications, a database node and three web servers. */
export const LAMP = runPlan(
  [['dev1'], ['dev2', 'dev3', 'dev4']],
  ['dev1>dev2', 'dev1>dev3', 'dev1>dev4'],
  {
    'Lamp[app1]': ['dev1', 'dev2', 'dev3', 'dev4'],
    'Lamp[app2]': ['dev1', 'dev2', 'dev3', 'dev4'],
  },
)

export interface Simulation {
  readonly plan: RunPlan
  readonly scenario?: Scenario
  readonly options?: Partial<EngineOptions>
  readonly seed?: number
  /** A simulated PuppetDB is told how runs end; times since the start of the run, seconds. */
  readonly witness?: Pick<SimulatedWitnessOptions, 'lost' | 'lag' | 'patience' | 'logs'> & {
    readonly away?: readonly (readonly [from: number, to: number])[]
  }
  /** What past runs tell of run times. */
  readonly past?: PastRuns
  /** Who we are to the nodes. */
  readonly caller?: string
  /** Virtual seconds after which the operator interrupts, if the run lasts so long. */
  readonly interrupt?: { readonly soft?: number; readonly hard?: number }
  /** The store may lose what it acknowledged. */
  readonly weakStore?: boolean
  /** Whoever goes on with the run has a clock that is ahead by so many ms; below 0: behind. */
  readonly apart?: number
  /** What goes wrong on our own side besides. */
  readonly troubles?: Troubles
  /** Sees each batch of events with the virtual time since the start, seconds; may interrupt. */
  onEvents?(events: readonly RunEvent[], control: Control): void
  /** What the operator says to the question whether to run; default: `--yes`. */
  confirm?: RunInput['confirm']
  /** What makes the checks of gates; default: connects to the simulated ports. */
  probe?: Prober
  /** Another engine than ours. */
  engine?(input: RunInput): Promise<RunReport>
}

export interface Control {
  readonly seconds: number
  interrupt(level: 'soft' | 'hard'): void
  readonly store: MemoryStore
}

export interface Simulated extends Judged {
  readonly agent: NodeAgent
  readonly clock: VirtualClock
  readonly fleet: SimulatedFleet
  /** Virtual seconds that the run took. */
  readonly seconds: number
  /** What went wrong on our own side. */
  readonly met: ReadonlySet<Trouble>
}

/** The real engine and the real agent on a simulated fleet, in virtual time. */
export async function simulate(simulation: Simulation): Promise<Simulated> {
  const { plan } = simulation
  const options = { ...DEFAULT_OPTIONS, ...simulation.options }
  const clock = virtualClock(START, quickTurn)
  const fleet = simulatedFleet({
    clock,
    ...(simulation.scenario === undefined ? {} : { scenario: simulation.scenario }),
    ...(simulation.seed === undefined ? {} : { seed: simulation.seed }),
    ...(simulation.caller === undefined ? {} : { caller: simulation.caller }),
  })
  const met = new Set<Trouble>()
  const own =
    simulation.troubles && troubled(clock, simulation.troubles, (trouble) => void met.add(trouble))
  const { away = [], ...told } = simulation.witness ?? {}
  const witness =
    simulation.witness &&
    simulatedWitness({
      ...{ fleet, clock, random: seededRandom(simulation.seed ?? 1), ...told },
      away: away.map(([from, to]) => [START + from * 1000, START + to * 1000] as const),
    })
  const soft = new AbortController()
  const hard = new AbortController()
  const over = new AbortController()
  const recorder = createRecorder(clock)
  const interrupt = (level: 'soft' | 'hard'): void => {
    const controller = level === 'soft' ? soft : hard
    if (controller.signal.aborted) return
    recorder.interrupt(level)
    met.add(level === 'soft' ? 'interrupt' : 'interrupt-hard')
    controller.abort('SIGINT')
  }
  for (const level of ['soft', 'hard'] as const) {
    const moment = simulation.interrupt?.[level]
    if (moment === undefined) continue
    void clock.sleepUntil(START + moment * 1000, over.signal).then(
      () => interrupt(level),
      () => undefined,
    )
  }
  const memory = memoryStore(simulation.weakStore === true ? 'weak' : 'strong')
  const events: RunEvent[] = []
  const transport = recorder.transport(fleet.transport)
  const store = recorder.store(memory)
  const agent = createPuppetAgent(own?.transport(transport) ?? transport)
  const run = (simulation.engine ?? executeRun)({
    run: RUN,
    plan,
    options,
    agent,
    store: own?.store(store) ?? store,
    probe: recorder.probe(simulation.probe ?? portProber(fleet.transport)),
    clock: own?.clock ?? clock,
    ...(simulation.past && { past: simulation.past }),
    ...(witness && { witness: recorder.witness(witness) }),
    confirm: simulation.confirm ?? (async () => 'flag'),
    onEvents(batch) {
      events.push(...batch)
      simulation.onEvents?.(batch, {
        seconds: (clock.now() - START) / 1000,
        interrupt,
        store: memory,
      })
    },
    soft: soft.signal,
    hard: hard.signal,
  })
  const report = await Promise.race([run, stuck(clock, over.signal)]).finally(() => {
    // Also where there is no report: who looks on keeps the process alive.
    over.abort()
  })
  const seconds = (clock.now() - START) / 1000
  const { openFor } = agent
  const { wire } = recorder
  return {
    plan,
    options,
    openFor,
    agent,
    clock,
    wire,
    report,
    // What a store lost is no part of the run's story.
    events: simulation.weakStore === true ? memory.events(RUN) : events,
    log: fleet.log,
    fleet,
    seconds,
    hindered: own?.hindered ?? 0,
    appends: (simulation.troubles?.journalSlow ?? 0) * 1_000,
    cut: simulation.weakStore === true,
    apart: simulation.apart ?? 0,
    // It is asked again and again, with a pause, and answers in its own time.
    patience: witness === undefined ? 0 : witness.patience + 2 * witness.pause,
    standstills: own?.standstills ?? [],
    deaf: own?.deaf ?? [],
    unsure: own?.unsure ?? [],
    met,
  }
}

/** Checks the ports of the simulated fleet. */
function portProber({ connect }: Transport): Prober {
  return async (node, probe, call) => {
    if (!('tcp' in probe)) return { passed: false, message: 'no programs in a simulation' }
    await connect?.(node, probe.tcp, call)
    return { passed: true, message: 'connected' }
  }
}

/** Turns of the event loop in which nothing waits for a moment: nothing will ever happen again. */
const IDLE_TURNS = 5_000
/** How often it is looked whether anything waits, ms: an immediate in each turn costs a run a tenth of its time. */
const LOOK_EVERY_MS = 50

/** Rejects when a run waits for nothing, which a test would only see as a timeout (promises, L1). */
function stuck(clock: VirtualClock, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    let idle = 0
    const turn = (): void => {
      if (over.aborted) return
      idle = clock.sleeping === 0 ? idle + 1 : 0
      if (idle === 0) timer.refresh()
      else if (idle < IDLE_TURNS) setImmediate(turn)
      else
        reject(new Error(`L1: after ${(clock.now() - START) / 1000} s the run waits for nothing`))
    }
    const timer = setTimeout(turn, LOOK_EVERY_MS)
    over.addEventListener('abort', () => clearTimeout(timer))
  })
}

/** H of the agent and the longest run of any test: after this nothing that was sent can act any more. */
const ALL_OVER_MS = 7_200_000

/** All that a run set off comes to its end. */
export function settle({ fleet, report }: Simulated): void {
  fleet.settle(new Date(report.ended ?? START).getTime() + ALL_OVER_MS)
}

/** What the checker says of a run, once all that it set off has come to its end. */
export function violations(simulated: Simulated): readonly Violation[] {
  settle(simulated)
  return check({ ...simulated, log: simulated.fleet.log })
}

/** The message on a node at the end; undefined: enabled. */
export function lockOf({ fleet }: Simulated, name: string): string | null | undefined {
  const lock = fleet.node(name)?.state.lock
  if (lock === null || lock === undefined) return undefined
  return 'message' in lock ? lock.message : lock.broken
}

/** Certnames in the order in which a run of ours began to apply on them. */
export function started(log: readonly FleetLogEntry[]): readonly string[] {
  return log.flatMap((entry) => (entry.what === 'started' && 'node' in entry ? [entry.node] : []))
}

/** Log entries of one kind, of one node or of all. */
export function entries<W extends FleetLogEntry['what']>(
  log: readonly FleetLogEntry[],
  what: W,
  node?: string,
): readonly Extract<FleetLogEntry, { what: W }>[] {
  return log.filter(
    (entry): entry is Extract<FleetLogEntry, { what: W }> =>
      entry.what === what && (node === undefined || ('node' in entry && entry.node === node)),
  )
}
