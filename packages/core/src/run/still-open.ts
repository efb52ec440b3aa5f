import type { Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { ListedRun, RunId, RunStore } from '../providers/store.js'
import { LATEST_MS } from './driver/send-change.js'
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

/** What was written down last may leave so much later, by a clock that is up to 20 s apart from ours, and some for rounding. */
const LEAVES_WITHIN_MS = LATEST_MS + 24_000
/** A weak store may have lost what came after its last record: a stock nats-server writes to its disk each two minutes. */
const LOST_MS = 120_000

/** From then on it can send nothing more; undefined: the list does not tell. */
function lastSending(
  { ended, last }: ListedRun,
  durability: RunStore['durability'],
): Moment | undefined {
  if (ended !== undefined) return Date.parse(ended)
  if (last === undefined) return undefined
  return Date.parse(last) + LEAVES_WITHIN_MS + (durability === 'weak' ? LOST_MS : 0)
}

/** When a run was shut out at the latest, and sent nothing any more. @param now where the list does not tell */
function shutOutBy(listed: ListedRun, durability: RunStore['durability'], now: Moment): Moment {
  return Math.min(now, lastSending(listed, durability) ?? now)
}

/** What may still act of one run among others. */
export interface OpenRun extends StillOpen {
  readonly run: RunId
}

/**
 * What may still act on these nodes, of each run that the store knows but those that were shut out more than `openFor` ago.
 * A journal that cannot be read hides no other; it tells of no open change either.
 * @param isLeftOut runs that are not to be read
 * @throws CodedError of the store when it cannot be listed
 */
export async function readOpenOn(
  nodes: Nodes,
  store: RunStore,
  at: Moment,
  openFor: Milliseconds,
  call: Call,
  isLeftOut: (listed: ListedRun) => boolean = () => false,
): Promise<readonly OpenRun[]> {
  const asked = new Set(nodes)
  const found: OpenRun[] = []
  for await (const listed of store.list(call)) {
    const { run } = listed
    const sentBy = shutOutBy(listed, store.durability, at)
    if (sentBy + openFor <= at || isLeftOut(listed)) continue
    const open = await readStillOpen(store, run, sentBy, call).catch(() => undefined)
    const shared = open?.nodes.filter((node) => asked.has(node)) ?? []
    if (open !== undefined && shared.length > 0) found.push({ run, ...open, nodes: shared })
  }
  return found
}
