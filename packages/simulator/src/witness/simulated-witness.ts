import {
  RUN_REPORT,
  type Call,
  type Clock,
  type Milliseconds,
  type Moment,
  type Random,
  type RunReportFacts,
  type Sighting,
  type Witness,
} from '@choirmaster/core/provide'
import { fail } from '../errors.js'
import type { FleetEffect, FleetLogEntry } from '../fleet/fleet-log.js'
import { ENDINGS, type Ending } from '../node/endings.js'

/** From the run lock gone to the report visible, ms: median 45 in 32 real runs, up to 137. */
const VISIBLE_AFTER = { median: 45, spread: 92 }
/** What a query without names takes on a real PuppetDB, ms: the way there and back, and each row. */
const QUERY_MS = 25
const ROW_MS = 0.09
/** A report begins when Puppet has loaded, 1.4 to 4 s after it was spawned (recorded). */
const BEGINS_AFTER_S = 1.4

export interface SimulatedWitnessOptions {
  readonly fleet: { readonly log: readonly FleetLogEntry[] }
  readonly clock: Clock
  readonly random: Random
  readonly pause?: Milliseconds
  readonly patience?: Milliseconds
  /** The part of reports that never come, 0 to 1. */
  readonly lost?: number
  /** What each report comes later, ms: the queue of a PuppetDB after a big wave. */
  readonly lag?: Milliseconds
  /** When it cannot be asked: from and to. */
  readonly away?: readonly (readonly [Moment, Moment])[]
  /**
   * `none`: it knows no logs, as a witness without the method; `silent`: they do not tell; `away`: it cannot be asked for
   * them. Default: they tell.
   */
  readonly logs?: 'none' | 'silent' | 'away'
}

/** Endings of which a log says that a command failed. */
const COMMANDS: ReadonlySet<Ending | 'killed'> = new Set(['prerun-failure', 'postrun-failure'])

interface Begun {
  readonly spawned: Moment
  lastRun: number
  summary: Moment
}

/**
 * A PuppetDB that is told how the runs of a simulated fleet end, as a real one is: shortly after the run lock is gone,
 * nothing of runs that were killed or whose server was down, and of each run more than once.
 */
export function simulatedWitness(options: SimulatedWitnessOptions): Witness & {
  /** Questions that were asked. */
  readonly asked: number
} {
  const { fleet, clock, random, lost = 0, lag = 0, away = [], logs } = options
  const runs = new Map<string, Begun>()
  let read = 0
  let coming: { readonly visible: Moment; readonly sighting: Sighting }[] = []
  let before: readonly Sighting[] = []
  let asked = 0
  /** Nodes whose reports cannot be sent. */
  const mute = new Set<string>()
  /** What reports say with their logs, by the run's id. */
  const logged = new Map<string, Sighting>()

  function hear(entry: FleetLogEntry): void {
    if (!('node' in entry)) return
    if (entry.what === 'node' && entry.faults.includes('unsent-report')) mute.add(entry.node)
    const key = 'run' in entry ? `${entry.node} ${entry.run}` : ''
    const run = runs.get(key)
    if (entry.what === 'spawned') {
      runs.set(key, { spawned: entry.at, lastRun: 0, summary: 0 })
    } else if (entry.what === 'summary' && run !== undefined) {
      run.lastRun = entry.lastrun
      run.summary = entry.at
    } else if (entry.what === 'vanished') runs.delete(key)
    else if (entry.what === 'ended') {
      runs.delete(key)
      if (run !== undefined) report(entry, run, key)
    }
  }

  function report(
    entry: Extract<FleetEffect, { what: 'ended' }> & { readonly at: Moment; readonly node: string },
    run: Begun,
    key: string,
  ): void {
    const facts = factsOf(entry.ending, run, key)
    if (facts === undefined || mute.has(entry.node) || random.next() < lost) return
    const { median, spread } = VISIBLE_AFTER
    const visible = entry.at + median + spread * (2 * random.next() - 1) * 0.5 + lag
    const told = (more: Partial<RunReportFacts>): Sighting => ({
      node: entry.node,
      run: key,
      evidence: { witness: RUN_REPORT, facts: { ...facts, ...more } },
    })
    coming.push({ visible, sighting: told({}) })
    const failedCommands = logs === 'silent' ? null : COMMANDS.has(entry.ending) ? 1 : 0
    const allSkipped = logs === 'silent' ? null : entry.ending === 'all-skipped'
    logged.set(key, told({ failedCommands, allSkipped }))
  }

  /** Asks, which takes its time. @returns when it was answered @throws while it is away */
  async function ask(signal: AbortSignal): Promise<Moment> {
    await clock.sleepUntil(clock.now() + QUERY_MS, signal)
    const now = clock.now()
    if (away.some(([from, to]) => now >= from && now < to)) {
      throw fail('simulator-witness-away', { message: 'The simulated PuppetDB is away' })
    }
    return now
  }

  async function withLogs(runs: readonly string[], { signal }: Call): Promise<readonly Sighting[]> {
    await ask(signal)
    if (logs === 'away') {
      throw fail('simulator-witness-away', { message: 'The simulated PuppetDB gives no logs' })
    }
    return runs.flatMap((run) => logged.get(run) ?? [])
  }

  return {
    pause: options.pause ?? 1_000,
    patience: options.patience ?? 60_000,
    get asked() {
      return asked
    },
    async sightings({ signal }) {
      asked += 1
      const now = await ask(signal)
      const { log } = fleet
      for (; read < log.length; read += 1) hear(log[read] as FleetLogEntry)
      const there = coming.filter(({ visible }) => visible <= now)
      coming = coming.filter(({ visible }) => visible > now)
      const news = there.map(({ sighting }) => sighting)
      // Asked with an overlap, so that each is there twice.
      const all = [...before, ...news]
      before = news
      await clock.sleepUntil(now + all.length * ROW_MS, signal)
      return all
    },
    ...(logs !== 'none' && { withLogs }),
  }
}

/** What a real report says of such an ending; undefined: there is none. */
function factsOf(
  ending: Ending | 'killed',
  { spawned, lastRun, summary }: Begun,
  transaction: string,
): RunReportFacts | undefined {
  if (ending === 'killed' || ending === 'server-down' || ending === 'server-down-cached') {
    return undefined
  }
  const { failed, applied, catalog, changed } = ENDINGS[ending]
  const start = lastRun - (summary - spawned) / 1000 + BEGINS_AFTER_S
  return {
    format: 1,
    start,
    end: lastRun,
    status: failed > 0 || !applied ? 'failed' : changed > 0 ? 'changed' : 'unchanged',
    noop: ending === 'noop',
    cached: catalog === 'cached' ? 'on_failure' : 'not_used',
    environment: null,
    transaction,
    code: null,
    version: null,
  }
}
