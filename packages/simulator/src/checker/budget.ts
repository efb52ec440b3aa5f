import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { isGood, recordedAt, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { judgedAt } from './judged-at.js'
import { spentAt } from './budgets.js'
import { deaths, isForgotten, ON_ITS_WAY_MS, type Death } from './deaths.js'
import { isWaived } from './waived.js'

/**
 * S7: once we have read of more bad runs of ours than a budget allows, were interrupted, or its time was over, no other begins: where
 * budgets are of applications, none in that application.
 */
export const checkBudget: Check = (judged, nodes) => {
  const { report, wire } = judged
  const interrupted = wire.flatMap(({ what, at }) => (what === 'interrupt' ? [at] : []))
  const stopped = Math.min(Infinity, ...interrupted)
  const late = timeOver(judged)
  const closed = closings(judged, nodes)
  return [...nodes.values()].flatMap((node) => {
    const over = noticed(judged, Math.min(stopped, closed(node.name)))
    return node.requests
      .filter(
        ({ action, sent, acted }) =>
          action === 'runonce' &&
          (sent > over + ON_ITS_WAY_MS || sent > noticed(judged, late(sent)) + ON_ITS_WAY_MS) &&
          node.runs.some(({ spawned, by }) => spawned === acted && by === report.caller),
      )
      .map((): Violation => {
        const message =
          'was run after more failures were known than the budget allows, an interrupt, or its time'
        return { promise: 'S7', node: node.name, message }
      })
  })
}

/** By when a request is sent: the time of the run by the clock of the machine that sends it, or as it was told before. */
function timeOver(judged: Judged): (sent: Moment) => Moment {
  const { events, options, apart = 0 } = judged
  if (options.until === undefined) return () => Infinity
  const until = Date.parse(options.until)
  const told = events.find(({ type }) => type === 'until' || type === 'resumed')?.type === 'until'
  const another = told ? undefined : deaths(judged)[0]
  return (sent) => (another !== undefined && sent >= another.resumed ? until - apart : until)
}

/** What happens while our process stands still is known to it when it goes on. */
function noticed({ standstills }: Judged, at: Moment): Moment {
  return standstills.find(({ from, until }) => from <= at && at < until)?.until ?? at
}

/** By node: when the first budget was spent that ends what is begun on it. */
function closings(
  judged: Judged,
  nodes: ReadonlyMap<string, NodeHistory>,
): (name: string) => Moment {
  const { report, options } = judged
  const retries = options.failures?.retries ?? 0
  const died = deaths(judged)
  const known = (name: string): Moment => {
    const node = nodes.get(name)
    if (node === undefined || isWaived(judged, name)) return Infinity
    return judgedAt(judged, name, failureKnown(node, report.caller, retries, died)).durable
  }
  return spentAt(judged, known)
}

/**
 * When the summary of the last bad run of ours that is borne was first read, with nothing applying; Infinity: never.
 * @param borne so many bad runs are tried again
 * @param died processes that took with them what they had read
 */
function failureKnown(
  node: NodeHistory,
  caller: string,
  borne: number,
  died: readonly Death[],
): Moment {
  const bad = new Set<number>()
  for (const asked of node.requests) {
    const { action, acted, answered, code } = asked
    if (action !== 'last_run_summary' || acted === null || !answered || code !== 0) continue
    if (isForgotten(asked, died)) continue
    const before = node.runs.filter(({ started }) => started !== null && started <= acted)
    if (before.some(({ over }) => over === null || over > acted)) continue
    const last = recordedAt(node, acted)
    if (last !== undefined && last.by === caller && !isGood(last)) bad.add(last.run)
    if (bad.size > borne) return acted
  }
  return Infinity
}
