import type { Clock, Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { RunId, RunStore } from '../providers/store.js'
import type { Waiting } from './run-input.js'
import { readStillOpen, shutOutBy } from './still-open.js'

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
  // Whoever holds a lock for all of its nodes holds others than ours; `enable --node` narrows the lock of a run that is gone.
  const held = new Map<RunId, number>()
  for await (const lock of store.locks(call)) held.set(lock.run, lock.nodes.length)
  let last: { run: RunId; until: Moment } | undefined
  for await (const listed of store.list(call)) {
    const { run, ended } = listed
    if ((held.get(run) ?? -1) >= listed.nodes) continue
    if (ended === undefined && run === adopt) continue
    const sentBy = shutOutBy(listed, store.durability, now)
    if (sentBy + openFor <= now) continue
    // A journal that is damaged hides no other; it tells of no open change either.
    const open = await readStillOpen(store, run, sentBy, call).catch(() => undefined)
    if (open === undefined || open.until <= (last?.until ?? now)) continue
    if (open.nodes.some((node) => ours.has(node))) last = { run, until: open.until }
  }
  return last
}
