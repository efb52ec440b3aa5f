import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { isGood, recordedAt, type NodeHistory } from './history.js'
import { isWaived } from './waived.js'

/** What was decided before a failure became known or somebody interrupted may still be on its way. */
const ON_ITS_WAY_MS = 1_000

/**
 * S7: once we have read that a run of ours failed, or were interrupted, no other begins (the budget is none: the first
 * failure stops).
 */
export const checkBudget: Check = (judged, nodes) => {
  const { report, wire } = judged
  const interrupts = wire.flatMap(({ what, at }) => (what === 'interrupt' ? [at] : []))
  const known = [...nodes.values()]
    .filter(({ name }) => !isWaived(judged, name))
    .map((node) => failureKnown(node, report.caller))
  const first = Math.min(Infinity, ...known, ...interrupts)
  return [...nodes.values()].flatMap((node) =>
    node.requests
      .filter(
        ({ action, sent, acted }) =>
          action === 'runonce' &&
          sent > first + ON_ITS_WAY_MS &&
          node.runs.some(({ spawned }) => spawned === acted),
      )
      .map((): Violation => {
        const message = 'was run after a failure was known, or an interrupt'
        return { promise: 'S7', node: node.name, message }
      }),
  )
}

/** When the summary of a bad run of ours was first read, with nothing applying; Infinity: never. */
function failureKnown(node: NodeHistory, caller: string): Moment {
  for (const { action, acted, answered, code } of node.requests) {
    if (action !== 'last_run_summary' || acted === null || !answered || code !== 0) continue
    const before = node.runs.filter(({ started }) => started !== null && started <= acted)
    if (before.some(({ over }) => over === null || over > acted)) continue
    const last = recordedAt(node, acted)
    if (last !== undefined && last.by === caller && !isGood(last)) return acted
  }
  return Infinity
}
