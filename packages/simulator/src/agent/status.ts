import type { Moment } from '@choirmaster/core/provide'
import { applying, nodeSeconds, type SimNode } from '../node/node.js'
import { age } from './age.js'
import { BAD_SUMMARY, crashed, DEFAULTS, ok, type Reply } from './reply.js'

/** lastrun as `status` gives it: end of the last recorded run, node's clock, seconds; 0: never. */
function lastrun(node: SimNode): number {
  const { record } = node.state
  return record === null ? 0 : Math.floor((record.written + record.offset) / 1000)
}

/** What reading the node's status trips over; undefined: nothing. The summary file is read before the lock file. */
export function statusFault(node: SimNode): string | undefined {
  if (node.state.summary === 'corrupt') return BAD_SUMMARY
  return lockFault(node)
}

export function lockFault(node: SimNode): string | undefined {
  const { lock } = node.state
  return lock !== null && 'broken' in lock ? `unexpected token at '${lock.broken}'` : undefined
}

/** The lock's message; '' when enabled, null when the lock holds none. */
export function lockMessage(node: SimNode): string | null {
  const { lock } = node.state
  return lock === null ? '' : 'message' in lock ? lock.message : null
}

export function status(node: SimNode, at: Moment): Reply {
  const fault = statusFault(node)
  if (fault !== undefined) return crashed(fault, DEFAULTS['status'] ?? {})
  const enabled = node.state.lock === null
  const busy = applying(node)
  const daemon = node.traits.daemon !== 'none'
  const idling = daemon && !busy
  const last = lastrun(node)
  const since = nodeSeconds(node, at) - last
  const word = !enabled ? 'disabled' : busy ? 'applying a catalog' : idling ? 'idling' : 'stopped'
  return ok({
    applying: busy,
    daemon_present: daemon,
    disable_message: lockMessage(node),
    enabled,
    idling,
    lastrun: last,
    message: `Currently ${word}; last completed run ${age(since)} ago`,
    since_lastrun: since,
    status: word,
  })
}
