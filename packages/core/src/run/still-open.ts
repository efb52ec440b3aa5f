import type { Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { RunId, RunStore } from '../providers/store.js'
import { lockOf } from './ending.js'
import { isUnanswered } from './reduce/open-change.js'
import { leftBehind } from './resume.js'
import type { RunState } from './state.js'

/** What a run sent last and may still act, though its holder can send nothing more. */
export interface StillOpen {
  /** Until when: nothing that conflicts is to be sent to these nodes before (promises, S16). */
  readonly until: Moment
  readonly nodes: readonly string[]
  /** `unanswered`: the journal holds no answer. `maybe-lost`: the store may have lost what was sent (promises, S18). */
  readonly why: 'unanswered' | 'maybe-lost'
}

/**
 * What may still act of a run, by its journal; undefined: nothing. Of a run that did not end H counts from when its holder
 * was shut out, as in a run that is resumed: who stood still may have sent it at the last moment, however old its intent is.
 * @param at when its holder was shut out
 */
function stillOpen(
  state: RunState,
  at: Moment,
  durability: RunStore['durability'],
): StillOpen | undefined {
  const { endedAt, openFor, plan } = state
  if (state.phase !== 'ended' && durability === 'weak')
    return { until: at + openFor, nodes: plan.nodes, why: 'maybe-lost' }
  // A run that ends gives up what is open, and says that it does not know.
  const open = state.nodes.filter((node) =>
    state.phase === 'ended'
      ? node.touched && (lockOf(node) === 'unknown' || node.leftOpen)
      : isUnanswered(node),
  )
  const until = Math.min(endedAt ?? at, at) + openFor
  if (open.length === 0 || until <= at) return undefined
  return { until, nodes: open.map(({ n }) => plan.nodes[n] ?? ''), why: 'unanswered' }
}

/**
 * The same, read from the store.
 * @throws CodedError of the store; `resume-journal` for a journal that this version does not read
 */
export async function readStillOpen(
  store: RunStore,
  run: RunId,
  at: Moment,
  call: Call,
): Promise<StillOpen | undefined> {
  const journal = await store.open(run, call)
  try {
    const { state } = await leftBehind(run, journal.read(0, call))
    return stillOpen(state, at, store.durability)
  } finally {
    await journal.close?.()
  }
}

/** What may still act of one run among others. */
export interface OpenRun extends StillOpen {
  readonly run: RunId
}

/**
 * What may still act on these nodes, of each run that the store knows, but for those that ended more than `openFor` ago:
 * whoever took a run's nodes over may have been killed too. Of others that cannot be read nothing is known.
 * @throws CodedError of the store when it cannot be listed
 */
export async function readOpenOn(
  nodes: Nodes,
  store: RunStore,
  at: Moment,
  openFor: Milliseconds,
  call: Call,
): Promise<readonly OpenRun[]> {
  const asked = new Set(nodes)
  const found: OpenRun[] = []
  for await (const { run, ended } of store.list(call)) {
    if (ended !== undefined && Date.parse(ended) + openFor <= at) continue
    const open = await readStillOpen(store, run, at, call).catch(() => undefined)
    const shared = open?.nodes.filter((node) => asked.has(node)) ?? []
    if (open !== undefined && shared.length > 0) found.push({ run, ...open, nodes: shared })
  }
  return found
}
