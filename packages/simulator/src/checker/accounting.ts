import type { Check, Violation } from './check.js'
import { hasStrangers, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/** S5: each node that we disabled is released, or named with its true lock state, a reason and what frees it. */
export const checkAccounting: Check = (judged, nodes) =>
  [...nodes.values()].flatMap((node) =>
    wrongLock(judged, node).map((message): Violation => ({
      promise: 'S5',
      node: node.name,
      message,
    })),
  )

function wrongLock({ report }: Judged, node: NodeHistory): string[] {
  const said = report.nodes[node.name]?.lock
  const left = report.left_disabled[node.name]
  const isOurs = node.finalLock === report.lock_text
  const wasOurs = node.locks.some(({ by, what }) => what === 'disabled' && by === report.caller)
  const strangers = hasStrangers(node, report.caller)
  const wrong: string[] = []
  if (isOurs && left === undefined) wrong.push('is held with our message and not named')
  if (isOurs && said !== 'ours' && said !== 'unknown')
    wrong.push(`is held with our message, the report says ${said ?? 'nothing'}`)
  if (said === 'ours' && !isOurs && !strangers) wrong.push('is said to be ours and is not')
  if (said === 'foreign' && !strangers)
    wrong.push('is said to be foreign, but nobody else was there')
  if (wasOurs && said !== 'released' && left === undefined)
    wrong.push(`has the lock state ${said ?? 'none'} and is not named`)
  if (left !== undefined && left.lock !== said) wrong.push('is named with another lock state')
  if (left !== undefined && left.reason === '') wrong.push('is named without a reason')
  if (left !== undefined && left.lock !== 'foreign' && !left.command.includes(report.run))
    wrong.push('is named without the command that frees it')
  return wrong
}
