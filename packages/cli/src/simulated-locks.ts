import { resolve } from 'node:path'
import type { RunStore } from '@choirmaster/core'
import type { SimulatorOptions } from '@choirmaster/simulator'
import type { ProviderChoice } from './config/providers.js'

/**
 * The store for a simulated fleet: its nodes are others than the real ones of the same names, and those of each
 * fleet others than those of the next, so that a rehearsal keeps nobody from a run. A fleet lives as long as its
 * state file, or as this process.
 */
export function withFleetLocks(store: RunStore, transport: ProviderChoice): RunStore {
  const { state } = transport.options as SimulatorOptions
  const fleet = state === undefined ? `process ${process.pid}` : resolve(transport.baseDir, state)
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
