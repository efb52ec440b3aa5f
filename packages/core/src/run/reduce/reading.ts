import type { Moment } from '../../ports/clock.js'
import type { NodeStatus, Progress } from '../../providers/agent.js'
import type { Lock } from '../state.js'

/** What a status says of the lock, seen from this run. */
type LockReading = 'enabled' | 'ours' | 'foreign'

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
