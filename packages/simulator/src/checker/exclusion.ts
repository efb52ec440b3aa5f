import type { Moment, RunReport } from '@choirmaster/core'
import type { FleetLogEntry } from '../fleet/fleet-log.js'
import type { Violation } from './check.js'

interface Tenure {
  readonly from: Moment
  until: Moment
}

/**
 * S9: of two runs with callers of their own none runs Puppet on a node between the first and the last thing that the
 * other does to it.
 */
export function checkExclusion(
  log: readonly FleetLogEntry[],
  reports: readonly RunReport[],
): Violation[] {
  const callers = new Set(reports.map(({ caller }) => caller))
  const tenures = new Map<string, Tenure>()
  for (const entry of log) {
    if (!('node' in entry) || !('by' in entry) || !callers.has(entry.by)) continue
    if (entry.what === 'already-disabled') continue
    const key = `${entry.node} ${entry.by}`
    const known = tenures.get(key)
    if (known === undefined) tenures.set(key, { from: entry.at, until: entry.at })
    else known.until = entry.at
  }
  return log.flatMap((entry): Violation[] => {
    if (entry.what !== 'spawned' || !callers.has(entry.by)) return []
    const overlaps = [...callers].some((other) => {
      const tenure = tenures.get(`${entry.node} ${other}`)
      return (
        other !== entry.by &&
        tenure !== undefined &&
        tenure.from <= entry.at &&
        entry.at <= tenure.until
      )
    })
    if (!overlaps) return []
    return [
      { promise: 'S9', node: entry.node, message: `run by ${entry.by} while another acted on it` },
    ]
  })
}
