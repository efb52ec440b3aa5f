import type { Check, Violation } from './check.js'
import { MOST_LOADING_MS } from './stray.js'

/**
 * S6: a node is not enabled while a run that we asked for may still be loading, as it runs then, though nobody counts it any
 * more and the run may be over.
 */
export const checkLoading: Check = ({ report }, nodes) =>
  [...nodes.values()].flatMap(({ name, runs, locks }) =>
    runs.flatMap(({ by, spawned, started }): Violation[] => {
      if (by !== report.caller || started === null || started - spawned > MOST_LOADING_MS) return []
      const isEnabled = locks.some(
        (change) =>
          change.what === 'enabled' &&
          change.by === report.caller &&
          change.at > spawned &&
          change.at < started,
      )
      if (!isEnabled) return []
      const message = 'was enabled while a run that we had asked for was still loading'
      return [{ promise: 'S6', node: name, message }]
    }),
  )
