import type { FleetLog } from '../fleet/fleet-log.js'
import type { Fleet } from '../fleet/fleet.js'

/** Keeps on the broker who is connected: a node that is not has no subscription, so that the broker says so at once. */
export interface Presence {
  /** The fleet's log, on its way to the real one; tells who came and went. */
  readonly log: FleetLog
  /**
   * Subscribes who came and unsubscribes who went since the last time.
   * @param join subscribes a node and gives what ends it
   */
  update(fleet: Fleet, join: (node: string) => () => void): void
}

export function createPresence(log: FleetLog): Presence {
  const connected = new Map<string, () => void>()
  let changed = new Set<string>()
  return {
    log: {
      write(entry) {
        const { what } = entry
        if (what === 'node' || what === 'down' || what === 'up') changed.add(entry.node)
        log.write(entry)
      },
      flush: () => log.flush(),
      close: () => log.close(),
    },
    update(fleet, join) {
      if (changed.size === 0) return
      for (const node of changed) {
        const here = fleet.node(node)?.state.away?.why !== 'not-connected'
        const leave = connected.get(node)
        if (here === (leave !== undefined)) continue
        if (leave === undefined) connected.set(node, join(node))
        else {
          connected.delete(node)
          leave()
        }
      }
      changed = new Set()
    },
  }
}
