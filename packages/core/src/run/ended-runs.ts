import { messageOf } from '../errors/message-of.js'
import { aborted } from '../ports/aborted.js'
import type { Clock, Milliseconds } from '../ports/clock.js'
import type { Call, Nodes } from '../providers/common.js'
import type { ListedRun, RunId, RunStore } from '../providers/store.js'
import type { Trouble, Waiting } from './run-input.js'
import { type OpenRun, readOpenOn } from './still-open.js'

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
  onTrouble?(trouble: Trouble): void
}

/**
 * Waits until nothing can come any more of runs that ended a moment ago and gave up what was open, as after a hard interrupt,
 * or that never ended, as their process was killed: a disable that acts late would hold a node that this run has released
 * (promises, S5, S16). Runs of other nodes, and those of which nothing can act any more, are not waited for, nor read.
 * Nothing was touched yet.
 */
export async function waitForEnded(nodes: Nodes, input: EndedRunsInput, call: Call): Promise<void> {
  const { clock, soft, hard, onWait, onTrouble } = input
  const over = AbortSignal.any([soft, hard])
  // Where past runs cannot be read nobody knows; each named what it left, and nothing keeps this run from its nodes.
  const reading = lastOpen(nodes, input, call).catch((error: unknown) => {
    if (!over.aborted) onTrouble?.({ why: 'ended-unknown', message: messageOf(error) })
    return undefined
  })
  const open = await clock.hold(Promise.race([reading, aborted(over)]))
  if (open === undefined) return
  const { run, until } = open
  onWait?.({ why: 'sent-last', run, until })
  // Interrupted meanwhile: the run says so, before it has touched anything.
  await clock.sleepUntil(until + 1, over).catch(() => undefined)
}

/** The run of which something may act longest. */
async function lastOpen(
  nodes: Nodes,
  { store, clock, openFor, adopt }: EndedRunsInput,
  call: Call,
): Promise<OpenRun | undefined> {
  // Whoever holds a lock for all of its nodes holds others than ours; `enable --node` narrows the lock of a run that is gone.
  const held = new Map<RunId, number>()
  for await (const lock of store.locks(call)) held.set(lock.run, lock.nodes.length)
  const isLeftOut = ({ run, ended, nodes: many }: ListedRun): boolean =>
    (held.get(run) ?? -1) >= many || (ended === undefined && run === adopt)
  const open = await readOpenOn(nodes, store, clock.now(), openFor, call, isLeftOut)
  return open.reduce<OpenRun | undefined>(
    (last, one) => (last === undefined || one.until > last.until ? one : last),
    undefined,
  )
}
