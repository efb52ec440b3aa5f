import { draw, between, logNormal } from './draw.js'
import { ENDINGS, withoutCache, type Ending } from './endings.js'
import type { Process, RunRecord, RunRequest, RunScript } from './node.js'
import { nodeSeconds } from './node.js'
import type { Scene } from '../fleet/scene.js'

/** The report file is there this long before the run lock goes, ms (recorded: 14 to 92). */
const REPORT_BEFORE_UNLOCK = 15
/** A signalled daemon looks at its signals every 5 s (Puppet's SIGNAL_CHECK_INTERVAL). */
const DAEMON_WAKES_WITHIN = 5

/**
 * Starts a Puppet process. Nothing of it can be seen before it takes the run lock.
 * @param wait.show seconds until then instead of the usual
 * @param wait.splay seconds that it sleeps first
 */
export function spawn(
  scene: Scene,
  request: RunRequest,
  wait: { readonly show?: number; readonly splay?: number } = {},
): Process {
  const { state } = scene.node
  state.processes += 1
  const id = state.processes
  const script = usualScript(scene, request, id)
  if (wait.show !== undefined) script.show = wait.show
  script.show += wait.splay ?? 0
  scene.log({
    what: 'spawned',
    run: id,
    by: request.by,
    ...(request.attempt === undefined ? {} : { attempt: request.attempt }),
  })
  if (request.attempt !== undefined) scene.rewrite(script, request.attempt)
  const well = script.ending === 'changed' || script.ending === 'unchanged'
  if (well && (request.noop || scene.node.traits.noop)) script.ending = 'noop'
  const process: Process = { id, request, script, spawned: scene.at }
  state.waiting.push(process)
  scene.later(script.show * 1000, { kind: 'lock', run: id })
  return process
}

function usualScript(scene: Scene, request: RunRequest, id: number): RunScript {
  const { state } = scene.node
  const { defaults } = scene
  const drawn = (purpose: Parameters<typeof draw>[1], offset = 0): number =>
    draw(state.seed, purpose, 2 * id + offset)
  const { run, show, report } = defaults
  return {
    ending: drawn('changes') < defaults.changes ? 'changed' : 'unchanged',
    seconds:
      typeof run === 'number'
        ? run
        : logNormal(run.median, run.sigma, drawn('duration'), drawn('duration', 1)),
    show: request.verbose
      ? between(show[0], show[1], drawn('show'))
      : drawn('show') * DAEMON_WAKES_WITHIN,
    reporting: between(report[0], report[1], drawn('reporting')),
    stillborn: false,
    killedAfter: undefined,
    failed: 1,
    facterErrors: 0,
    writes: 'summary',
    unsent: false,
  }
}

/** The process has loaded and wants the run lock; Puppet looks at the disable lock again then (6.28+, 7.18+). */
export function lockRun(scene: Scene, id: number): void {
  const { state } = scene.node
  const index = state.waiting.findIndex((process) => process.id === id)
  const process = state.waiting[index]
  if (process === undefined) return
  state.waiting.splice(index, 1)
  const why = process.script.stillborn
    ? 'broken'
    : state.lock !== null
      ? 'disabled'
      : state.holder !== null
        ? 'busy'
        : undefined
  if (why !== undefined) {
    scene.log({ what: 'vanished', run: id, by: process.request.by, why })
    return
  }
  // Puppet looks whether the pid in a lock file is a Puppet, and clears a lock that is not.
  state.stuck = false
  state.folder = true
  state.holder = process
  process.locked = scene.at
  scene.log({ what: 'started', run: id, by: process.request.by })
  plan(scene, process)
  if (process.request.attempt !== undefined) scene.happened('started')
}

function plan(scene: Scene, process: Process): void {
  const { script, id: run } = process
  const length = script.seconds === 'forever' ? Infinity : script.seconds * 1000
  const killed = script.killedAfter === undefined ? Infinity : script.killedAfter * 1000
  if (killed < length) scene.later(killed, { kind: 'kill', run })
  if (length === Infinity || killed < length) return
  const wanted = script.reporting * 1000
  const reporting = wanted < length ? wanted : length / 2
  scene.later(length - reporting, { kind: 'summary', run })
  scene.later(length - Math.min(REPORT_BEFORE_UNLOCK, reporting / 2), { kind: 'report', run })
  scene.later(length, { kind: 'unlock', run })
}

/** `lastrun` moves; the run still applies, and the logs are still those of the run before. */
export function writeSummary(scene: Scene, id: number): void {
  const { node } = scene
  const { state, traits } = node
  const process = state.holder
  if (process?.id !== id) return
  const ending = state.cached === null ? withoutCache(process.script.ending) : process.script.ending
  process.script.ending = ending
  const locked = process.locked ?? scene.at
  const { catalog } = ENDINGS[ending]
  // The server's clock when it compiled: the fleet's, as nodes do not share their error with it.
  const fresh = Math.floor((locked + (scene.at - locked) * COMPILED_AFTER) / 1000)
  const version = catalog === 'fresh' ? fresh : catalog === 'cached' ? state.cached : null
  state.record = {
    run: id,
    ending,
    spawned: process.spawned,
    locked,
    written: scene.at,
    offset: traits.offset + state.stepped,
    version,
    environment: process.request.environment ?? traits.environment,
    noop: process.request.noop,
    verbose: process.request.verbose,
    failed: process.script.failed,
    facterErrors: process.script.facterErrors,
  } satisfies RunRecord
  state.summary = process.script.writes === 'summary' ? 'good' : process.script.writes
  if (catalog !== 'none') {
    state.cached = version
    state.converted = true
  }
  scene.log({
    what: 'summary',
    run: id,
    by: process.request.by,
    lastrun: nodeSeconds(node, scene.at),
  })
}

/** Facts and plugins take this part of a run's time before the catalog is there. */
export const COMPILED_AFTER = 0.4

export function writeReport(scene: Scene, id: number): void {
  const { state, traits } = scene.node
  const process = state.holder
  if (process?.id !== id || process.script.unsent || traits.reports === 'off') return
  state.report = state.record
}

/** The run is over: `killed` leaves neither a summary nor a report, and a lock file whose pid is dead. */
export function endRun(scene: Scene, id: number, how: 'unlock' | 'kill'): void {
  const { state } = scene.node
  const process = state.holder
  if (process?.id !== id) return
  state.holder = null
  const ending = how === 'kill' ? 'killed' : process.script.ending
  scene.log({
    what: 'ended',
    run: id,
    by: process.request.by,
    ending,
    good: isGood(process, ending),
  })
  if (process.request.attempt !== undefined) scene.happened('ended')
}

/** A noop run is good where it was asked for. */
function isGood({ request }: Process, ending: Ending | 'killed'): boolean {
  if (ending === 'killed') return false
  return ENDINGS[ending].good || (ending === 'noop' && request.noop)
}

/** All Puppet processes die, as when the machine does. */
export function killAll(scene: Scene): void {
  const { state } = scene.node
  for (const process of state.waiting) {
    scene.log({ what: 'vanished', run: process.id, by: process.request.by, why: 'reboot' })
  }
  state.waiting = []
  if (state.holder !== null) endRun(scene, state.holder.id, 'kill')
  state.stuck = false
}
