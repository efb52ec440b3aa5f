import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { isGood, judgedRun, WHOLE_SECONDS_MS, type Asked, type NodeHistory } from './history.js'
import { isProven, isWaived } from './waived.js'

/** S2: a proven node had a good run that began after our request, and it was the last one when the evidence was read. */
export const checkProof: Check = (judged, nodes) => {
  const violations: Violation[] = []
  for (const [name, { result }] of Object.entries(judged.report.nodes)) {
    if (!isProven(judged, name) || isWaived(judged, name)) continue
    const node = nodes.get(name)
    const why = node === undefined ? 'was never reached' : whyUnproven(node, judged.report.caller)
    if (why !== null)
      violations.push({ promise: 'S2', node: name, message: `${result}, but it ${why}` })
  }
  return violations
}

function whyUnproven(node: NodeHistory, caller: string): string | null {
  const asked = node.requests.find((request) => request.action === 'runonce')
  if (asked === undefined && node.intended === null) return 'was never asked to run'
  const run = judgedRun(node)
  if (run === undefined) return 'recorded no run before its summary was read'
  if (run.started === null || run.started < earliest(node, caller, asked))
    return 'had no run that began after our request'
  return isGood(run) ? null : `had a run that ended as ${run.ending ?? ''}`
}

/**
 * When a run must have begun at the earliest. Where the reply to our request was lost nobody can say when it came, and
 * of a run that began in the seconds before it nobody whether it is ours; but it must have begun after we had enabled
 * the node for it, with its producers proven.
 */
function earliest(node: NodeHistory, caller: string, asked: Asked | undefined): Moment {
  // Of a process that was killed nobody knows whether it asked, but that the node was enabled for it.
  if (asked === undefined) return node.intended ?? Infinity
  const { sent, order, answered } = asked
  if (answered) return sent
  const enabled = node.locks.findLast(
    (change) => change.what === 'enabled' && change.by === caller && change.order < order,
  )
  return Math.min(sent, Math.max(sent - WHOLE_SECONDS_MS, enabled?.at ?? sent))
}
