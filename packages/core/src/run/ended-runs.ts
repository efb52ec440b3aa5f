import type { Clock, Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { RunId, RunStore } from '../providers/store.js'
import type { Waiting } from './run-input.js'
import { readStillOpen } from './still-open.js'

export interface EndedRunsInput {
  readonly store: RunStore
  readonly clock: Clock
  readonly openFor: Milliseconds
  /** They end the waiting. */
  readonly soft: AbortSignal
  readonly hard: AbortSignal
  onWait?(waiting: Waiting): void
}

/**
 * Waits until nothing can come any more of runs that ended a moment ago and gave up what was open, as after a hard interrupt:
 * a disable that acts late would hold a node that this run has released (promises, S5, S16). Runs of other nodes, and those
 * that ended longer ago than H, are not waited for. Nothing was touched yet.
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
  { store, clock, openFor }: EndedRunsInput,
  call: Call,
): Promise<{ run: RunId; until: Moment } | undefined> {
  const ours = new Set(nodes)
  const now = clock.now()
  let last: { run: RunId; until: Moment } | undefined
  for await (const { run, ended } of store.list(call)) {
    if (ended === undefined || Date.parse(ended) + openFor <= now) continue
    // A journal that is damaged hides no other; it tells of no open change either.
    const open = await readStillOpen(store, run, now, call).catch(() => undefined)
    if (open === undefined || open.until <= (last?.until ?? now)) continue
    if (open.nodes.some((node) => ours.has(node))) last = { run, until: open.until }
  }
  return last
}
