import { messageOf } from '../errors/message-of.js'
import type { Clock, Milliseconds } from '../ports/clock.js'
import type { RunInput } from './run-input.js'

/** So long a store may take to let go: one that can be reached answers in less. */
const MOST_MS: Milliseconds = 5_000
/** And once the operator waits for nothing any more. */
const MOST_HARD_MS: Milliseconds = 1_000

/**
 * Gives back what was held of the store. What was done is done, and its report is what counts: that something fails here, or
 * takes long, is told and hides nothing (promises, S5). A lock that stays can be taken over once its lease is over.
 * Never rejects.
 */
export async function giveBack(
  letGo: () => Promise<void> | undefined,
  { clock, hard, onTrouble }: { readonly clock: Clock } & Pick<RunInput, 'hard' | 'onTrouble'>,
): Promise<void> {
  const done = new AbortController()
  const late = tooLate(clock, hard, done.signal).then(
    () => 'the store does not answer',
    () => undefined,
  )
  const failed = clock.hold(Promise.resolve().then(letGo)).then(() => undefined, messageOf)
  const message = await Promise.race([failed, late])
  done.abort()
  if (message !== undefined) onTrouble?.({ why: 'not-given-back', message })
}

async function tooLate(clock: Clock, hard: AbortSignal, done: AbortSignal): Promise<void> {
  const began = clock.now()
  // An interrupt shortens it, also one that comes meanwhile.
  await clock.sleepUntil(began + MOST_MS, AbortSignal.any([hard, done])).catch(() => undefined)
  done.throwIfAborted()
  if (!hard.aborted) return
  await clock.sleepUntil(Math.min(began + MOST_MS, clock.now() + MOST_HARD_MS), done)
}
