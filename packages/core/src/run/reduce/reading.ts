import type { Moment } from '../../ports/clock.js'
import type { NodeStatus, Progress } from '../../providers/agent.js'
import type { Lock } from '../state.js'

/** What a status says of the lock, seen from this run. */
type LockReading = 'enabled' | 'ours' | 'foreign'

/** An answer that took longer lay here unread, as the process stood still: agents give up after 20 s and a round trip. */
export const PROMPT_MS = 22_000

/** A status with what it means here and when it was asked and answered. */
export interface Reading {
  readonly status: NodeStatus
  readonly lock: LockReading
  /** What we believed of the lock before. */
  readonly believed: Lock
  readonly progress: Progress | undefined
  readonly askedAt: Moment
  readonly at: Moment
}

/** Whether it is known well enough when the node said so. */
export function isPrompt({ askedAt, at }: Reading): boolean {
  return at - askedAt <= PROMPT_MS
}
