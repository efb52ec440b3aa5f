import type { NodeState, RunState } from '../state.js'
import { plan } from './moves.js'
import { isPrompt, type Reading } from './reading.js'

/** Readings that are thrown away in a row: an agent may be told to wait for its nodes for minutes. */
const MOST_STALE = 2

/**
 * The node said so too long ago to be changed on the word of it (promises, S4), or for its clock to be compared with ours: as
 * a rule, our process stood still while the answer lay unread. The node is asked again.
 */
export function isReadAgain(state: RunState, node: NodeState, reading: Reading): boolean {
  if (isPrompt(reading)) {
    node.stale = 0
    return false
  }
  // What is to be sent was decided on a newer word.
  const waits = node.todo === null || node.todo === 'status'
  if (!waits || node.stale >= MOST_STALE) return false
  node.stale++
  plan(state, node, 'status', reading.at)
  return true
}
