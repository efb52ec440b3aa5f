import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { UNTOLD_MS } from './earliest-proof.js'
import type { Asked, NodeHistory } from './history.js'

const CHANGES: ReadonlySet<string> = new Set(['disable', 'enable', 'runonce'])

/**
 * S16: after a change that nobody answered the next one is sent only when H has passed, or when a status showed that
 * the first had acted: a request acts at most once.
 */
export const checkOpenChanges: Check = ({ openFor, report }, nodes) =>
  [...nodes.values()].flatMap((node) => {
    const sent = [...node.requests].sort((a, b) => a.sent - b.sent)
    const changes = sent.filter(({ action }) => CHANGES.has(action))
    return changes.slice(1).flatMap((next, i): Violation[] => {
      const open = changes[i] as Asked
      if (open.answered || next.sent >= open.sent + openFor) return []
      const isSeen = [effectOf(node, open), ...alikes(node, open, report.caller)].some((since) =>
        isShown(sent, open, next, since),
      )
      if (isSeen) return []
      const message = `${next.action} ${(next.sent - open.sent) / 1000} s after ${open.action}, which was not answered`
      return [{ promise: 'S16', node: node.name, message }]
    })
  })

/**
 * A status that was asked no earlier than the change, and before the next, saw what was there from a moment on. In the same
 * millisecond one process may die as its request leaves, and another ask.
 */
function isShown(sent: readonly Asked[], open: Asked, next: Asked, since: Moment): boolean {
  return sent.some(
    ({ action, answered, acted, sent: asked }) =>
      action === 'status' &&
      answered &&
      asked >= open.sent &&
      acted !== null &&
      acted >= since &&
      acted <= next.sent,
  )
}

/** When the change did what it was to do; Infinity: never. */
function effectOf(node: NodeHistory, { action, acted }: Asked): Moment {
  if (acted === null || action !== 'runonce') return acted ?? Infinity
  return node.runs.find(({ spawned }) => spawned === acted)?.started ?? Infinity
}

/** When somebody else did the same, so that the change looked done: a run as S2 takes it for ours. */
function alikes(node: NodeHistory, { action, sent }: Asked, caller: string): readonly Moment[] {
  if (action === 'runonce') {
    const began = node.runs.flatMap(({ by, started }) =>
      by === caller || started === null ? [] : [started],
    )
    return began.filter((at) => at >= sent - UNTOLD_MS)
  }
  const what = action === 'enable' ? 'enabled' : 'disabled'
  return node.locks.flatMap((change) =>
    change.by !== caller && change.what === what && change.at >= sent ? [change.at] : [],
  )
}
