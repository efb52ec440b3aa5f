import type { Attempt, NodeStatus } from '../providers/agent.js'
import type { Milliseconds, Moment } from '../ports/clock.js'
import type { NodeState } from './state.js'
import { PROMPT_MS } from './reduce/reading.js'

/**
 * The clocks of two processes that nodes take changes from differ by less: servers refuse what differs from their clock by
 * its ttl, of which 30 s are the least, either way.
 */
const MOST_APART_MS = 60_000

type Baseline = Pick<NodeState, 'baselineAt' | 'baselineAskedAt' | 'sameClock'>

/**
 * How much our clock moved between the baseline and this status. Between question and answer the node spoke at a moment
 * that nobody knows; where that is long, or another process read the baseline by a clock of its own, what fits the node's
 * clock best is taken, as that is not what stood still.
 */
export function elapsedSince(
  { baselineAt, baselineAskedAt, sameClock }: Baseline,
  before: NodeStatus,
  { status, askedAt }: { readonly status: NodeStatus; readonly askedAt: Moment },
  at: Moment,
): Milliseconds {
  const unsure = (from: Moment, to: Moment): Milliseconds => (to - from > PROMPT_MS ? to - from : 0)
  const apart = sameClock ? 0 : MOST_APART_MS
  const least = at - baselineAt - unsure(askedAt, at) - apart
  const most = at - baselineAt + unsure(baselineAskedAt, baselineAt) + apart
  return Math.min(most, Math.max(least, (status.now - before.now) * 1000))
}

/** The clocks of processes that act for one run one after the other must agree to this (docs/promises.md). */
const AGREED_MS = 20_000

/** Nodes tell times in whole seconds. */
export const WHOLE_S = 1

/**
 * By how many seconds at most the node's clock can have been set back between the baseline and its last status: what
 * may have passed here between the first question and the last answer, less what passed on the node. A round trip of each
 * hides in it, 3 to 4 s of an agent that takes as long as usual.
 */
export function setBackAtMost(
  {
    baselineAskedAt,
    sameClock,
    lastAt,
  }: Pick<NodeState, 'baselineAskedAt' | 'sameClock' | 'lastAt'>,
  { before }: Attempt,
  { now }: NodeStatus,
): number {
  const passed = lastAt - baselineAskedAt + (sameClock ? 0 : AGREED_MS)
  return Math.max(0, passed / 1000 + WHOLE_S - (now - before.now))
}
