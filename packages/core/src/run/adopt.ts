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

/** A fix that fails is followed by another; beyond so many the journal would grow for what nobody does. */
const MOST_BEFORE = 50

/**
 * The runs whose nodes a run took over, the newest first: what it had not run when it failed carries their messages still.
 * Its first event tells of all of them. Of a run that the store does not know, nothing is known.
 */
export async function adoptedBefore(
  store: RunStore,
  run: RunId,
  call: Call,
): Promise<readonly RunId[]> {
  try {
    const journal = await store.open(run, call)
    try {
      for await (const first of journal.read(0, call)) {
        if (first.type !== 'created' || first.adopts === undefined) return []
        return [first.adopts, ...(first.adoptsToo ?? [])].slice(0, MOST_BEFORE)
      }
      return []
    } finally {
      await journal.close?.()
    }
  } catch (error) {
    if (isCodedError(error)) return []
    throw error
  }
}

/** Whether a node's message is ours: that of this run, or of those whose nodes it takes over. */
export function isOurLock(
  state: { readonly lockText: string; readonly adopts: readonly RunId[] },
  message: string | undefined,
): boolean {
  return message === state.lockText || isAdopted(state.adopts, message)
}

/** Whether a node's message is that of a run whose nodes are taken over. */
export function isAdopted(adopts: readonly RunId[], message: string | undefined): boolean {
  return adoptedRun(adopts, message) !== undefined
}

/** Which of the runs whose nodes are taken over a node's message is of; undefined: of none. */
export function adoptedRun(
  adopts: readonly RunId[],
  message: string | undefined,
): RunId | undefined {
  if (adopts.length === 0) return undefined
  const run = runOfLockText(message)
  return run !== undefined && adopts.includes(run) ? run : undefined
}
