import {
  createState,
  reduce,
  reportFromEvents,
  reportOf,
  type RunEvent,
  type RunReport,
  type RunState,
} from '@choirmaster/core'
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
  for (const { counts } of [...snapshots(events), report]) {
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

/** The reports after the first event and after each further part of them, as far as they go: folded in one pass. */
function snapshots(events: readonly RunEvent[]): readonly RunReport[] {
  const last = Array.from({ length: SNAPSHOTS }, (_, i) =>
    Math.floor((i * events.length) / SNAPSHOTS),
  )
  const reports: RunReport[] = []
  let state: RunState | undefined
  try {
    for (const [i, event] of events.slice(0, 1 + (last.at(-1) ?? 0)).entries()) {
      if (event.type === 'created') state = createState(event)
      else if (state !== undefined) reduce(state, event)
      if (state !== undefined && last.includes(i)) reports.push(reportOf(state))
    }
  } catch {
    // The whole of them gives no report either.
  }
  return reports
}
