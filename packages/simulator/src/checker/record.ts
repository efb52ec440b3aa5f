import { reportFromEvents } from '@choirmaster/core'
import type { Check, Violation } from './check.js'

/** R1 the journal gives the report, R2 each node has one result, R3 counts add up. */
export const checkRecord: Check = ({ plan, report, events }) => {
  const violations: Violation[] = []
  if (JSON.stringify(reportFromEvents(events)) !== JSON.stringify(report)) {
    violations.push({ promise: 'R1', message: 'the journal gives another report' })
  }
  const names = Object.keys(report.nodes)
  if (names.length !== plan.nodes.length) {
    violations.push({
      promise: 'R2',
      message: `${names.length} results for ${plan.nodes.length} nodes`,
    })
  }
  const sum = Object.values(report.counts).reduce((total, count) => total + count, 0)
  if (sum !== plan.nodes.length) {
    violations.push({
      promise: 'R3',
      message: `counts add up to ${sum}, not to ${plan.nodes.length}`,
    })
  }
  for (const [node, { code, reason }] of Object.entries(report.nodes)) {
    if (code === 'run-not-ended' || reason === '') {
      violations.push({ promise: 'R2', node, message: 'ended without a result or a reason' })
    }
  }
  return violations
}
