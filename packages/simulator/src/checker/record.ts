import { reportFromEvents, type RunEvent, type RunReport } from '@choirmaster/core'
import type { Check, Violation } from './check.js'

/** Snapshots of a run that are counted. */
const SNAPSHOTS = 4

/** R1: the stream of events gives the report. R3: counts add up to the plan's nodes, in each snapshot. */
export const checkRecord: Check = ({ plan, report, events }) => {
  const violations: Violation[] = []
  const told = retold(events)
  if (JSON.stringify(told) !== JSON.stringify(report)) {
    violations.push({ promise: 'R1', message: 'the events give another report' })
  }
  const snapshots = Array.from({ length: SNAPSHOTS }, (_, i) =>
    retold(events.slice(0, 1 + Math.floor((i * events.length) / SNAPSHOTS))),
  )
  for (const { counts } of [...snapshots, report].filter((one) => one !== null)) {
    const sum = Object.values(counts).reduce((total, count) => total + count, 0)
    if (sum === plan.nodes.length) continue
    const message = `counts add up to ${sum}, not to ${plan.nodes.length}`
    return [...violations, { promise: 'R3', message }]
  }
  return violations
}

/** The report that the events give; null: none at all. */
function retold(events: readonly RunEvent[]): RunReport | null {
  try {
    return reportFromEvents(events)
  } catch {
    return null
  }
}
