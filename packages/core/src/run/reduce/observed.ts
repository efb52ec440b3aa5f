import type { NodeStatus, Progress } from '../../providers/agent.js'
import type { Moment } from '../../ports/clock.js'
import type { NodeState, RunState } from '../state.js'
import type { Reading } from './reading.js'
import { isOurLock } from '../adopt.js'
import { isClosed } from './open-change.js'
import { afterBaseline, afterEnabling } from './attempt.js'
import { afterRunning } from './running.js'
import { afterAnswering } from './gate.js'
import { afterSettling } from './settling.js'
import { afterDraining, afterLocking, afterProving, lostLock } from './locking.js'
import { plan } from './moves.js'
import { afterReleasing } from './releasing.js'

/** No request waits for its answer as long as H, so what took longer by this lay here unread. */
const UNREAD_MS = 30_000

/** A node said how it is: the stage that it is in decides what that means. */
export function onStatus(
  state: RunState,
  node: NodeState,
  status: NodeStatus,
  progress: Progress | undefined,
  askedAt: Moment,
  at: Moment,
): void {
  // The answer to an older question, which was slow: a newer one, or the reply to a change, has told more since.
  if (askedAt < node.toldAt) return
  node.toldAt = askedAt
  if (node.asking === 'status' && at - askedAt > state.openFor + UNREAD_MS) {
    // It lay unread while our process stood still, and says how the node was: nothing is done on its word.
    node.asking = null
    return plan(state, node, 'status', at)
  }
  node.asking = null
  node.silentSince = null
  node.last = status
  node.lastAt = at
  const lock = status.enabled ? 'enabled' : isOurLock(state, status.message) ? 'ours' : 'foreign'
  const reading: Reading = { status, lock, believed: node.lock, progress, askedAt, at }
  if (isClosed(node, reading)) node.lock = lock === 'enabled' ? 'free' : lock
  switch (node.stage) {
    case 'locking':
      return afterLocking(state, node, reading)
    case 'proving':
      return afterProving(state, node, reading)
    case 'draining':
      return afterDraining(state, node, reading)
    case 'baseline':
      return afterBaseline(state, node, reading)
    case 'enabling':
      return afterEnabling(state, node, reading)
    case 'running':
      return afterRunning(state, node, reading)
    case 'settling':
      return afterSettling(state, node, reading)
    case 'judging':
      // Asked again because the evidence did not fit the status: now ask for the evidence again.
      node.todo = 'evidence'
      node.todoAt = at
      state.due.add(at, node.n)
      return
    case 'answering':
      return afterAnswering(state, node, reading)
    case 'releasing':
      return afterReleasing(state, node, reading)
    case 'held':
      // Nobody asks a held node but a resumed run, which finds the world as it is and not as the journal left it.
      if (reading.lock !== 'ours') lostLock(state, node, reading)
      return
    case 'judged':
      node.raced ||= reading.believed === 'ours' && reading.lock !== 'ours'
      return
    default:
      // An answer that nobody waits for any more, such as after a stop.
      return
  }
}
