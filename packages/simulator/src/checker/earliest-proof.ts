import type { Moment } from '@choirmaster/core/provide'
import { deaths, isForgotten } from './deaths.js'
import { WHOLE_SECONDS_MS, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/**
 * When a run must have begun at the earliest. Where the reply to our request was lost nobody can say when it came, and
 * of a run that began in the seconds before it nobody whether it is ours; but it must have begun after we had enabled
 * the node for it, with its producers proven.
 */
export function earliestProof(node: NodeHistory, judged: Judged): Moment {
  const asked = node.requests.find(({ action }) => action === 'runonce')
  // Of a process that was killed nobody knows whether it asked, but that the node was enabled for it.
  if (asked === undefined) return node.intended ?? Infinity
  const { sent, order, answered } = asked
  if (answered && !isForgotten(asked, deaths(judged))) return sent
  const enabled = node.locks.findLast(
    (change) =>
      change.what === 'enabled' && change.by === judged.report.caller && change.order < order,
  )
  return Math.min(sent, Math.max(sent - WHOLE_SECONDS_MS, enabled?.at ?? sent))
}
