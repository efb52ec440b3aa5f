import { heardBefore, isAtOnce } from './at-once.js'
import type { Check, Violation } from './check.js'
import { deaths, SAME_MS } from './deaths.js'
import { lockAt, type Asked, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/**
 * S3: no foreign lock is removed, but one that came after we had read ours. S4: whatever we enable carried our message
 * when it was asked last, immediately before, by the process that enables it.
 */
export const checkLocks: Check = (judged, nodes) =>
  [...nodes.values()].flatMap((node) => [
    ...foreignRemoved(judged, node),
    ...node.requests.flatMap((request): Violation[] => {
      const why = request.action === 'enable' ? whyUnread(judged, node, request) : null
      if (why === null) return []
      return [{ promise: 'S4', node: node.name, message: `was to be enabled, but ${why}` }]
    }),
  ])

function foreignRemoved(judged: Judged, node: NodeHistory): Violation[] {
  const { caller, lock_text: ours } = judged.report
  return node.locks.flatMap((change): Violation[] => {
    if (change.what !== 'enabled' || change.by !== caller || change.message === ours) return []
    const request = node.requests.findLast(
      ({ action, acted, order }) => action === 'enable' && acted !== null && order <= change.order,
    )
    // What was read was ours, so whoever disabled it came between.
    if (request !== undefined && whyUnread(judged, node, request) === null) {
      if (!wasSeen(node, change) || isTold(judged, node)) return []
      const message = `a lock of somebody else's that was seen and removed is not told: "${change.message ?? ''}"`
      return [{ promise: 'S3', node: node.name, message }]
    }
    const message = `a foreign lock was removed: "${change.message ?? ''}"`
    return [{ promise: 'S3', node: node.name, message }]
  })
}

/** Whether an answer showed the lock before our request, which was under way, removed it. */
function wasSeen(node: NodeHistory, { order, message }: NodeHistory['locks'][number]): boolean {
  const came = node.locks.findLast((one) => one.what === 'disabled' && one.order < order)
  return node.requests.some(
    (one) =>
      one.action === 'status' &&
      one.answered &&
      one.code === 0 &&
      came !== undefined &&
      came.order < one.order &&
      one.order < order &&
      lockAt(node, one.order) === message,
  )
}

function isTold({ report }: Judged, { name }: NodeHistory): boolean {
  const node = report.nodes[name]
  return node?.warnings.some((text) => text.startsWith('raced')) === true
}

/** Also after a standstill: an answer that lay unread longer than 22 s is asked for anew, and a change waits 20 s at most. */
const LONGEST_MS = 45_000

/** What is wrong with what we knew when it left to be enabled; null: nothing. */
function whyUnread(judged: Judged, node: NodeHistory, request: Asked): string | null {
  const isRead = (status: Asked | null): status is Asked =>
    status?.action === 'status' && lockAt(node, status.order) === judged.report.lock_text
  // What a process had asked that was killed, the one that goes on has not heard.
  const died = deaths(judged).findLast(({ resumed }) => request.sent > resumed + SAME_MS)
  const own = node.requests.filter(({ sent }) => sent >= (died?.resumed ?? 0) - SAME_MS)
  const known = heardBefore({ ...node, requests: own }, request)
  if (!isRead(known)) {
    return isRead(heardBefore(node, request))
      ? 'our message had been read by another process'
      : 'our message had not been read immediately before'
  }
  const { sent, answeredAt } = known
  const age = request.sent - (answeredAt ?? sent)
  if (age > LONGEST_MS || !isAtOnce(judged, answeredAt ?? sent, request.sent))
    return `our message had been read ${age / 1000} s before`
  return null
}
