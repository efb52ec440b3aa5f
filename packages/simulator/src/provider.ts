import { resolve } from 'node:path'
import type { Host, Provider, Transport } from '@choirmaster/core/provide'
import { fail, reasonOf } from './errors.js'
import { createFleet } from './fleet/fleet.js'
import type { FleetLog } from './fleet/fleet-log.js'
import { fileLog, noLog } from './fleet/logs.js'
import { readState } from './fleet/read-state.js'
import { openState, type StateFile } from './fleet/state-file.js'
import { stampOf } from './fleet/stamp.js'
import { simulatedTransport } from './fleet/transport.js'
import { simulatorOptions, type SimulatorOptions } from './options.js'
import { readScenario } from './scenario/read-scenario.js'

/** Names of a scenario that no node has matched, and more than these at once, are a list and no hint. */
const MOST_NAMED = 5

/** The transport `simulator`. The host's clock must be the one that `clockFor` made of the same options. */
export const simulatorProvider: Provider<'transport', SimulatorOptions> = {
  kind: 'transport',
  name: 'simulator',
  summary: 'A simulated fleet of nodes in this process, with scripted faults',
  options: simulatorOptions,
  open: (options, host) => openSimulator(options, host),
}

async function openSimulator(options: SimulatorOptions, host: Host): Promise<Transport> {
  const { clock, baseDir } = host
  const scenario =
    options.scenario === undefined ? {} : await clock.hold(readScenario(options.scenario, baseDir))
  const stateFile = options.state === undefined ? undefined : resolve(baseDir, options.state)
  // Before it is read: what comes in between shows.
  const stamp = stateFile === undefined ? undefined : stampOf(stateFile)
  const saved = stateFile === undefined ? undefined : await clock.hold(readState(stateFile))
  const seed = options.seed ?? scenario.seed ?? saved?.seed ?? 1
  const log = openLog(options.log, baseDir)
  let kept: StateFile | undefined
  const fleet = createFleet({
    scenario,
    seed,
    start: clock.now(),
    log,
    ...(saved === undefined ? {} : { saved }),
    // What is to happen to nodes is searched through for each change: only where somebody keeps it.
    ...(stateFile !== undefined && { changed: (change) => kept?.changed(change) }),
  })
  if (stateFile !== undefined) {
    kept = openState({
      file: stateFile,
      stamp,
      turn: saved?.turn ?? '',
      whole: () => fleet.save(),
      taken: () =>
        warnOf(
          host,
          'simulator-state-taken',
          `Another command changes nodes of the simulated fleet in ${stateFile}: what becomes of them here is not kept there any more`,
        ),
      undoes: () =>
        warnOf(
          host,
          'simulator-state-undone',
          `Another command has changed nodes of the simulated fleet in ${stateFile} since it was read here: what it did is undone there`,
        ),
    })
  }
  const transport = simulatedTransport({
    fleet,
    clock,
    notice: (notice) => host.notice(notice),
    changes: () => kept?.claim(),
  })
  // The command line says by itself that no real node is touched.
  host.notice({
    level: 'debug',
    code: 'simulator-fleet',
    message: `The fleet is simulated: seed ${seed}${options.scenario === undefined ? '' : `, scenario ${options.scenario}`}`,
  })
  return {
    ...transport,
    async close() {
      try {
        fleet.advance(clock.now())
        kept?.close()
      } finally {
        log.close()
      }
      warnOfUnmatched(fleet.unmatched(), host)
    },
  }
}

function openLog(file: string | undefined, baseDir: string): FleetLog {
  if (file === undefined) return noLog
  try {
    return fileLog(resolve(baseDir, file))
  } catch (cause) {
    const message = `Cannot write ${file}: ${reasonOf(cause)}`
    throw fail('simulator-log-unusable', { message, place: file, cause })
  }
}

function warnOf(host: Host, code: string, message: string): void {
  host.notice({ level: 'warning', code, message })
}

/** A name that was never asked for is probably misspelt: the faults that it was to bring did not happen. */
function warnOfUnmatched(names: readonly string[], host: Host): void {
  if (names.length === 0) return
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  host.notice({
    level: 'warning',
    code: 'simulator-unused-faults',
    message: `The scenario has faults for ${names.slice(0, MOST_NAMED).join(', ')}${more}, but no such node was asked for`,
  })
}
