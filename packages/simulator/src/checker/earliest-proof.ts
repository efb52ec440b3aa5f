import type { Milliseconds, Moment } from '@choirmaster/core/provide'
import { REPLY_TRAVELS } from '../fleet/treatment.js'
import { deaths, isForgotten } from './deaths.js'
import { WHOLE_SECONDS_MS, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/** What nodes say within a quarter second is heard together. */
const GATHERED_MS: Milliseconds = 250

/**
 * A run that began this long before a request whose reply was lost may be the one that was requested, as far as can be
 * told: whole seconds, and the way of the answer by which the node's clock is known.
 */
export const UNTOLD_MS: Milliseconds = WHOLE_SECONDS_MS + REPLY_TRAVELS + GATHERED_MS

/**
 * When a run must have begun at the earliest. Where the reply to our request was lost nobody can say when it came, and
 * of a run that began in the seconds before it nobody whether it is ours; nor of a daemon, which has nothing to load and
 * may be done in the second in which it was signalled. But it must have begun after we had enabled the node for it, with
 * its producers proven.
 */
export function earliestProof(node: NodeHistory, judged: Judged): Moment {
  const asked = node.requests.find(({ action }) => action === 'runonce')
  const { caller } = judged.report
  // Of a process that was killed nobody knows whether it asked, but that the node was enabled for it.
  if (asked === undefined) {
    const intended = node.intents[0]
    return intended === undefined
      ? Infinity
      : withinUntold(
          intended,
          enabledBy(node, caller, ({ at }) => at <= intended),
        )
  }
  const { sent, order, answered } = asked
  const forgotten = isForgotten(asked, deaths(judged))
  if (answered && !forgotten && !hasDaemon(judged, node)) return sent
  // Who goes on knows only when it was to be sent: on a slow disk that is seconds before.
  return withinUntold(
    forgotten ? (node.intents.findLast((at) => at <= sent) ?? sent) : sent,
    enabledBy(node, caller, (change) => change.order < order),
  )
}

function hasDaemon({ log }: Judged, { name }: NodeHistory): boolean {
  return log.some(
    (entry) => entry.what === 'node' && entry.node === name && entry.faults.includes('daemon'),
  )
}

/** So long before the request as nobody can tell, but not before the node was enabled for it. */
function withinUntold(sent: Moment, enabled: Moment | undefined): Moment {
  return Math.min(sent, Math.max(sent - UNTOLD_MS, enabled ?? sent))
}

/** When we enabled the node last, of the changes that count. */
function enabledBy(
  { locks }: NodeHistory,
  caller: string,
  counts: (change: NodeHistory['locks'][number]) => boolean,
): Moment | undefined {
  return locks.findLast(
    (change) => change.what === 'enabled' && change.by === caller && counts(change),
  )?.at
}
