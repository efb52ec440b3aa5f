import type { Moment } from '@choirmaster/core/provide'
import type { LockState } from '@choirmaster/core'
import { REPLY_TRAVELS } from '../fleet/treatment.js'
import type { Check, Violation } from './check.js'
import { deaths, isForgotten, SAME_MS, type Death } from './deaths.js'
import { lockAt, type Asked, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/** S5: what a node showed last is what is said of its lock; "unknown" is for those of which it cannot be known. */
export const checkLockStates: Check = (judged, nodes) => {
  // Who is told to leave everything as it is hears no more of what it has asked.
  if (judged.wire.some((entry) => entry.what === 'interrupt' && entry.level === 'hard')) return []
  return [...nodes.values()].flatMap((node): Violation[] => {
    // Of a look that an interrupt ended nothing is told, and no node was touched.
    if (!node.requests.some(({ action }) => action === 'disable')) return []
    // That we asked in vain a store may have forgotten: to whoever goes on the node was never touched.
    if (judged.cut === true && !node.locks.some(({ by }) => by === judged.report.caller)) return []
    const shown = lastShown(judged, node)
    const said = judged.report.nodes[node.name]?.lock
    if (shown === null || shown === said) return []
    const message = `was last seen ${shown}, the report says ${said ?? 'nothing'}`
    return [{ promise: 'S5', node: node.name, message }]
  })
}

const CHANGES: ReadonlySet<string> = new Set(['disable', 'enable', 'runonce'])

/** What the last answer of all says of the lock; null: nothing that is certain. */
function lastShown(judged: Judged, node: NodeHistory): LockState | null {
  const { report, deaf = [], openFor, apart = 0 } = judged
  const died = deaths(judged)
  // By the clock of who began the run, or of who went on with it.
  const ended = Date.parse(report.ended ?? '') - Math.max(0, apart)
  const last = node.requests.reduce<Asked | null>(
    (latest, one) => (latest === null || one.order > latest.order ? one : latest),
    null,
  )
  if (last === null || !isHeard(last, died, ended) || isOfTheDead(judged, node.name, last))
    return null
  if (deaf.some(({ from, until }) => from <= ended && until > last.sent)) return null
  // Whether it or what came of a change is the node's last word nobody can tell that had asked before that was answered.
  const isCrossed = node.requests.some(
    ({ action, answered, answeredAt }) =>
      CHANGES.has(action) && answered && (answeredAt ?? 0) > last.sent,
  )
  if (isCrossed) return null
  // What nobody answered may still act after it.
  const isOpen = node.requests.some(
    (one) =>
      CHANGES.has(one.action) &&
      (!one.answered || isForgotten(one, died)) &&
      one.sent + openFor > last.sent,
  )
  if (isOpen) return null
  const lock = lockAt(node, last.order)
  if (lock === undefined) return 'released'
  return lock === report.lock_text ? 'ours' : 'foreign'
}

/**
 * Where another process went on in the same moment: whether the one before had asked, which heard nothing any more. It
 * had if it recorded something afterwards.
 */
function isOfTheDead(judged: Judged, name: string, { sent, action }: Asked): boolean {
  const { wire } = judged
  if (!deaths(judged).some(({ resumed }) => Math.abs(resumed - sent) <= SAME_MS)) return false
  const asked = wire.findLastIndex(
    (entry) =>
      entry.what === 'request' &&
      entry.at === sent &&
      entry.action === action &&
      entry.nodes.includes(name),
  )
  const recorded = wire
    .slice(asked)
    .flatMap((entry) => (entry.what === 'durable' ? entry.events.map(({ type }) => type) : []))
  return recorded.indexOf('resumed') > 0
}

/** A status that whoever ended the run had asked for, and had the answer to before it ended. */
function isHeard(
  { action, answered, answeredAt, code, sent }: Asked,
  died: readonly Death[],
  ended: Moment,
): boolean {
  return (
    action === 'status' &&
    answered &&
    code === 0 &&
    (answeredAt ?? Infinity) + REPLY_TRAVELS < ended &&
    died.every(({ resumed }) => sent >= resumed)
  )
}
