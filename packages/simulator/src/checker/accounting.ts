import type { Judged, NodeHistory } from './history.js'
import type { Check, Violation } from './check.js'

/** S5, R4: what the report says of the locks and the exit code is what the fleet is really like in the end. */
export const checkAccounting: Check = (judged, nodes) => {
  const violations: Violation[] = []
  const { report } = judged
  let held = 0
  for (const node of nodes.values()) {
    const disabled = node.locks.some(
      (change) => change.what === 'disabled' && change.by === report.caller,
    )
    if (node.finalLock === report.lock_text) held++
    const message = wrongLock(judged, node, disabled)
    if (message !== null) violations.push({ promise: 'S5', node: node.name, message })
  }
  if (held > 0 && report.exit !== 7) {
    violations.push({
      promise: 'R4',
      message: `${held} nodes are held, but the exit code is ${report.exit}`,
    })
  }
  const proven = Object.values(report.nodes).every(
    ({ result }) => result === 'changed' || result === 'unchanged',
  )
  if (report.exit === 0 && !proven)
    violations.push({ promise: 'R4', message: 'exit 0, but not all are proven' })
  if (report.exit === 3 && [...nodes.values()].some((node) => touched(node, report.caller))) {
    violations.push({ promise: 'S11', message: 'exit 3, but a node was touched' })
  }
  return violations
}

function touched(node: NodeHistory, caller: string): boolean {
  return (
    node.locks.some((change) => change.by === caller) || node.runs.some((run) => run.by === caller)
  )
}

function wrongLock({ report }: Judged, node: NodeHistory, disabled: boolean): string | null {
  const said = report.nodes[node.name]?.lock
  const left = report.left_disabled[node.name]
  const ours = node.finalLock === report.lock_text
  if (ours && left === undefined) return 'is held with our message and not named in the report'
  if (!disabled) return null
  if (ours && said !== 'ours' && said !== 'unknown')
    return `is held with our message, the report says ${said ?? ''}`
  if (said !== 'released' && left === undefined)
    return `has the lock state ${said ?? ''} and is not named`
  return null
}
