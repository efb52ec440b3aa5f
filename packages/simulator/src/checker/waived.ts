import type { Judged } from './judged.js'

/** Faults of a node of which a run cannot be proven: no log to read, or none of the run, or not where it ran. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'unreadable-logs',
  'no-reports',
  'unsent-report',
  'environment',
])

/**
 * R2: unverified runs may be accepted where the options say so, and then the report names each such node. It does so
 * only of a node that is taken for proven, and that has what keeps anybody from proving it.
 */
export function isWaived(judged: Judged, name: string): boolean {
  return isSaidToBeWaived(judged, name) && isProven(judged, name) && isUnprovable(judged, name)
}

/** What the report says, which need not be true. */
export function isSaidToBeWaived({ options, report }: Judged, name: string): boolean {
  const { warnings = [] } = report.nodes[name] ?? {}
  return options.acceptUnverified && warnings.some((text) => text.startsWith('unverified: '))
}

/**
 * By the fleet's own word. In which environment it ran an old Puppet does not record, and a run that somebody else asked
 * for need not.
 */
function isUnprovable({ log, options, report }: Judged, name: string): boolean {
  const isBound = options.run.environment !== undefined
  return log.some((entry) => {
    if (!('node' in entry) || entry.node !== name) return false
    if (entry.what === 'spawned') return isBound && entry.by !== report.caller
    // Between its summary and its report: the log that is there is of the run before.
    if (entry.what === 'ended') return entry.ending === 'killed'
    return (
      entry.what === 'node' &&
      entry.faults.some((fault) => UNREADABLE.has(fault) || (isBound && fault === 'puppet-version'))
    )
  })
}

export function isProven({ report }: Judged, name: string): boolean {
  const result = report.nodes[name]?.result
  return result === 'changed' || result === 'unchanged'
}
