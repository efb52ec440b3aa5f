import type { Moment } from '@choirmaster/core/provide'
import { heldUp } from './held-up.js'
import type { Asked, NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/** From an answer to the request that follows at once: requests of one turn of the engine leave together. */
const TURN_MS = 1_000

/** A record that is being written is waited for, and then its own. */
const APPENDS = 2

/** What we had heard of a node last when a request left: an answer that was still to come is not known. */
export function heardBefore(node: NodeHistory, request: Asked): Asked | null {
  return node.requests
    .filter(({ answeredAt }) => answeredAt !== null && answeredAt <= request.sent)
    .filter(({ order }) => request.acted === null || order < request.order)
    .reduce<Asked | null>(
      (last, one) => (last === null || one.order > last.order ? one : last),
      null,
    )
}

/** Whether a request left as soon after an answer as a disk that is slow and a process that stood still allow. */
export function isAtOnce(judged: Judged, answered: Moment, sent: Moment): boolean {
  const { appends = 0 } = judged
  return sent - answered <= TURN_MS + APPENDS * appends + heldUp(judged, answered, sent)
}
