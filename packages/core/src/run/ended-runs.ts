import type { Clock, Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { ListedRun, RunId, RunStore } from '../providers/store.js'
import type { Waiting } from './run-input.js'
import { readStillOpen } from './still-open.js'

export interface EndedRunsInput {
  readonly store: RunStore
  readonly clock: Clock
  readonly openFor: Milliseconds
  /** The run whose nodes are taken over: unless it ended, it was waited for. */
  readonly adopt?: RunId
  /** They end the waiting. */
  readonly soft: AbortSignal
  readonly hard: AbortSignal
  onWait?(waiting: Waiting): void
}

/**
 * What was written down last may leave so much later (`LATEST_MS` of the driver, 20 s), by a clock that is set so much
 * otherwise than ours (20 s, and some for what is asked before).
 */
const LEAVES_WITHIN_MS = 44_000
/** A weak store may have lost what came after its last record: a stock nats-server writes to its disk each two minutes. */
const LOST_MS = 120_000

/**
 * Waits until nothing can come any more of runs that ended a moment ago and gave up what was open, as after a hard interrupt,
 * or that never ended, as their process was killed: a disable that acts late would hold a node that this run has released
 * (promises, S5, S16). Runs of other nodes, and those of which nothing can act any more, are not waited for, nor read.
 * Nothing was touched yet.
 */
export async function waitForEnded(nodes: Nodes, input: EndedRunsInput, call: Call): Promise<void> {
  const { clock, soft, hard, onWait } = input
  const over = AbortSignal.any([soft, hard])
  // Where past runs cannot be read nobody knows; each named what it left, and nothing keeps this run from its nodes.
  const reading = lastOpen(nodes, input, call).catch(() => undefined)
  const open = await clock.hold(Promise.race([reading, aborted(over)]))
  if (open === undefined) return
  onWait?.({ why: 'sent-last', ...open })
  // Interrupted meanwhile: the run says so, before it has touched anything.
  await clock.sleepUntil(open.until + 1, over).catch(() => undefined)
}

/** A store that does not answer keeps nobody who has interrupted. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

/** The run of which something may act longest. */
async function lastOpen(
  nodes: Nodes,
  { store, clock, openFor, adopt }: EndedRunsInput,
  call: Call,
): Promise<{ run: RunId; until: Moment } | undefined> {
  const ours = new Set(nodes)
  const now = clock.now()
  // Whoever holds a lock holds other nodes than ours.
  const others = new Set<RunId>()
  for await (const { run } of store.locks(call)) others.add(run)
  let last: { run: RunId; until: Moment } | undefined
  for await (const listed of store.list(call)) {
    const { run, ended } = listed
    if (others.has(run) || (ended === undefined && run === adopt)) continue
    const sentBy = Math.min(now, lastSending(listed, store.durability) ?? now)
    if (sentBy + openFor <= now) continue
    // A journal that is damaged hides no other; it tells of no open change either.
    const open = await readStillOpen(store, run, sentBy, call).catch(() => undefined)
    if (open === undefined || open.until <= (last?.until ?? now)) continue
    if (open.nodes.some((node) => ours.has(node))) last = { run, until: open.until }
  }
  return last
}

/** From then on it can send nothing more; undefined: the list does not tell. */
function lastSending(
  { ended, last }: ListedRun,
  durability: RunStore['durability'],
): Moment | undefined {
  if (ended !== undefined) return Date.parse(ended)
  if (last === undefined) return undefined
  return Date.parse(last) + LEAVES_WITHIN_MS + (durability === 'weak' ? LOST_MS : 0)
}
