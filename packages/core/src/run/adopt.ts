import type { Clock, Moment } from '../ports/clock.js'
import { isCodedError } from '../errors/coded-error.js'
import type { Call } from '../providers/common.js'
import type { RunId, RunStore } from '../providers/store.js'
import { lockAlive } from '../providers/store-errors.js'
import { runOfLockText } from './lock-text.js'
import { readStillOpen } from './still-open.js'

export interface AdoptInput {
  readonly store: RunStore
  readonly clock: Clock
  /** H of the agent, ms. */
  readonly openFor: number
  /** Ends the waiting. */
  readonly soft: AbortSignal
}

/** Waits until nothing can come any more of a run that was shut out, or that ended and gave up what was open. */
export async function waitOut(run: RunId, input: AdoptInput, call: Call): Promise<void> {
  const { store, clock, openFor, soft } = input
  const until = await clock.hold(openUntil(store, run, clock.now(), openFor, call))
  // Interrupted meanwhile: the run that takes over says so, before it has touched anything.
  if (until > clock.now()) await clock.sleepUntil(until, soft).catch(() => undefined)
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
async function openUntil(
  store: RunStore,
  run: RunId,
  now: Moment,
  openFor: number,
  call: Call,
): Promise<Moment> {
  try {
    const open = await readStillOpen(store, run, now, call)
    if (open !== undefined) return open.until
    return (await hasEnded(store, run, call)) ? now : now + openFor
  } catch (error) {
    if (isCodedError(error)) return now + openFor
    throw error
  }
}

async function hasEnded(store: RunStore, run: RunId, call: Call): Promise<boolean> {
  const journal = await store.open(run, call)
  try {
    let ended = false
    for await (const event of journal.read(0, call)) ended = event.type === 'ended'
    return ended
  } finally {
    await journal.close?.()
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
