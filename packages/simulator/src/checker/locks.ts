import type { Check, Violation } from './check.js'
import { lockAt, type Asked, type NodeHistory } from './history.js'

/**
 * S3: no foreign lock is removed, but one that came after we had read ours. S4: whatever we enable carried our message
 * when it was asked last, immediately before.
 */
export const checkLocks: Check = ({ report }, nodes) =>
  [...nodes.values()].flatMap((node) => [
    ...foreignRemoved(node, report.caller, report.lock_text),
    ...unread(node, report.lock_text),
  ])

function foreignRemoved(node: NodeHistory, caller: string, ours: string): Violation[] {
  return node.locks.flatMap((change, i): Violation[] => {
    if (change.what !== 'enabled' || change.by !== caller || change.message === ours) return []
    const set = node.locks.slice(0, i).findLast((before) => before.what === 'disabled')
    const read = node.requests.findLast(
      ({ action, acted, order }) => action === 'status' && acted !== null && order <= change.order,
    )
    const raced = set !== undefined && read !== undefined && set.order > read.order
    if (raced) return []
    const message = `a foreign lock was removed: "${change.message ?? ''}"`
    return [{ promise: 'S3', node: node.name, message }]
  })
}

/** What we knew last when it left: requests that had no answer until then do not count. */
function unread(node: NodeHistory, ours: string): Violation[] {
  return node.requests.flatMap((request): Violation[] => {
    if (request.action !== 'enable') return []
    const known = node.requests
      .filter(({ answered, acted }) => answered && acted !== null && acted <= request.sent)
      .filter(({ order }) => request.acted === null || order < request.order)
      .reduce<Asked | null>(
        (last, one) => (last === null || one.order > last.order ? one : last),
        null,
      )
    if (known?.action === 'status' && lockAt(node, known.order) === ours) return []
    const message = 'was to be enabled, but our message had not been read immediately before'
    return [{ promise: 'S4', node: node.name, message }]
  })
}
