import type { Check, Violation } from './check.js'
import { WHOLE_SECONDS_MS, type Asked, type NodeHistory } from './history.js'

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
      if (isShown(node, open, next, sent) || isCovered(node, open, next, report.caller)) return []
      const message = `${next.action} ${(next.sent - open.sent) / 1000} s after ${open.action}, which was not answered`
      return [{ promise: 'S16', node: node.name, message }]
    })
  })

/** A status that was asked after the change and before the next saw it done. */
function isShown(node: NodeHistory, open: Asked, next: Asked, sent: readonly Asked[]): boolean {
  if (open.acted === null) return false
  const seen = open.action === 'runonce' ? startOf(node, open) : open.acted
  return sent.some(
    ({ action, answered, acted, sent: asked }) =>
      action === 'status' &&
      answered &&
      asked > open.sent &&
      acted !== null &&
      acted >= seen &&
      acted <= next.sent,
  )
}

function startOf(node: NodeHistory, open: Asked): number {
  return node.runs.find(({ spawned }) => spawned === open.acted)?.started ?? Infinity
}

/** Somebody else brought about what the change was to do, so that it looked done: a run as S2 takes it for ours. */
function isCovered(node: NodeHistory, open: Asked, next: Asked, caller: string): boolean {
  const between = (at: number | null, since: number): boolean =>
    at !== null && at >= since && at <= next.sent
  const began = open.sent - WHOLE_SECONDS_MS
  return (
    node.locks.some(({ by, at }) => by !== caller && between(at, open.sent)) ||
    node.runs.some(({ by, started }) => by !== caller && between(started, began))
  )
}
