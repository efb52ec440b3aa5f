import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { RunStore } from '@choirmaster/core'
import type { SimulatorOptions } from '@choirmaster/simulator'
import type { ProviderChoice } from './config/providers.js'

/** What a simulated fleet is called: it lives as long as its state file, or as this process. */
export function fleetName({ options, baseDir }: ProviderChoice): string {
  const { state } = options as SimulatorOptions
  return state === undefined ? OWN : realPath(resolve(baseDir, state))
}

const ENDS_WITH = 'process '
/** In a container each process may have the number 1. */
const OWN = `${ENDS_WITH}${process.pid} ${randomBytes(4).toString('hex')}`

/** Whether a fleet of this name has ended with its process. */
export function hasEnded(fleet: string): boolean {
  return fleet.startsWith(ENDS_WITH) && fleet !== OWN
}

/** Without links; the file itself need not be there yet. */
function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    const folder = dirname(file)
    return folder === file ? file : join(realPath(folder), basename(file))
  }
}

/**
 * The store for a simulated fleet: its nodes are others than the real ones of the same names, and those of each
 * fleet others than those of the next, so that a rehearsal keeps nobody from a run.
 */
export function withFleetLocks(store: RunStore, fleet: string): RunStore {
  return {
    ...store,
    // A store may come to know only as it reads that it has lost something.
    get durability() {
      return store.durability
    },
    lock: (nodes, holder, call) =>
      store.lock(
        nodes.map((node) => `${node} (simulated, ${fleet})`),
        holder,
        call,
      ),
  }
}
