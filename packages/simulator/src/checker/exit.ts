import type { Check } from './check.js'
import { isProven } from './waived.js'

/** R4: the exit code is the one that docs/exit-codes.md gives for what the fleet is like in the end. */
export const checkExit: Check = (judged, nodes) => {
  const { report } = judged
  const held = [...nodes.values()].filter(({ finalLock }) => finalLock === report.lock_text).length
  const left = Object.keys(report.left_disabled).length
  const proven = judged.plan.nodes.every((name) => isProven(judged, name))
  const wrong = (why: string) => [{ promise: 'R4', message: `exit ${report.exit}, but ${why}` }]
  if (report.exit !== 7 && held > 0) return wrong(`${held} nodes are held`)
  if (report.exit !== 7 && left > 0) return wrong(`${left} nodes are named`)
  if (report.exit === 7 && left === 0) return wrong('no node is named')
  if (report.exit === 0 && !proven) return wrong('not all nodes are proven')
  if (report.exit === 5 && proven && report.result === 'succeeded') return wrong('all is well')
  return []
}
