import type { Check, Violation } from './check.js'

/** S3, S4: we enable nodes with our own message only, but for a foreign one that came after we had read ours. */
export const checkLocks: Check = ({ report }, nodes) => {
  const violations: Violation[] = []
  for (const node of nodes.values()) {
    node.locks.forEach((change, i) => {
      if (change.what !== 'enabled' || change.by !== report.caller) return
      if (change.message === report.lock_text) return
      const set = node.locks.slice(0, i).findLast((before) => before.what === 'disabled')
      const read = node.requests.findLast(
        (request) => request.action === 'status' && request.at <= change.at,
      )
      const raced = set !== undefined && read !== undefined && set.at > read.at
      if (raced) return
      violations.push({
        promise: 'S3',
        node: node.name,
        message: `a foreign lock was removed: "${change.message ?? ''}"`,
      })
    })
  }
  return violations
}
