import type { Clock } from '../ports/clock.js'
import { isCodedError } from '../errors/coded-error.js'
import type { Call } from '../providers/common.js'
import type { RunId, RunStore } from '../providers/store.js'
import { lockAlive } from '../providers/store-errors.js'
import { runOfLockText } from './lock-text.js'
import type { Waiting } from './run-input.js'

export interface AdoptInput {
  readonly store: RunStore
  readonly clock: Clock
  /** H of the agent, ms. */
  readonly openFor: number
  /** They end the waiting. */
  readonly soft: AbortSignal
  readonly hard: AbortSignal
  onWait?(waiting: Waiting): void
}

/** Waits until nothing can come any more of a run that was shut out: unless it ended, what it sent last may act for H. */
export async function waitOut(run: RunId, input: AdoptInput, call: Call): Promise<void> {
  const { store, clock, openFor, soft, hard, onWait } = input
  if (await clock.hold(hasEnded(store, run, call))) return
  const until = clock.now() + openFor
  onWait?.({ why: 'sent-last', run, until })
  // Interrupted meanwhile: the run that takes over says so, before it has touched anything.
  await clock.sleepUntil(until, AbortSignal.any([soft, hard])).catch(() => undefined)
}

/**
 * Takes away the lock of a run whose nodes are to be taken over, and shuts its holder out.
 * @throws CodedError `store-lock-alive`
 */
export async function shutOut(store: RunStore, run: RunId, call: Call): Promise<void> {
  for await (const lock of store.locks(call)) {
    if (lock.run !== run) continue
    if (!lock.gone) throw lockAlive(lock)
    await store.unlock(run, call)
    return
  }
}

/** Of a run that another store knows, nothing is known. */
async function hasEnded(store: RunStore, run: RunId, call: Call): Promise<boolean> {
  try {
    const journal = await store.open(run, call)
    try {
      let ended = false
      for await (const event of journal.read(0, call)) ended = event.type === 'ended'
      return ended
    } finally {
      await journal.close?.()
    }
  } catch (error) {
    if (isCodedError(error)) return false
    throw error
  }
}

/** Whether a node's message is ours: that of this run, or of the one whose nodes it takes over. */
export function isOurLock(
  state: { readonly lockText: string; readonly adopts: RunId | null },
  message: string | undefined,
): boolean {
  return message === state.lockText || isAdopted(state.adopts, message)
}

/** Whether a node's message is that of the run whose nodes are taken over. */
export function isAdopted(adopts: RunId | null, message: string | undefined): boolean {
  return adopts !== null && runOfLockText(message) === adopts
}
