import type { Call, Json, NodeStatus, Nodes, Outcome, Stream } from '@choirmaster/core/provide'
import { type JsonObject, field, isWhole } from '../values.js'
import { type Action, type Link, ask } from './ask.js'

/**
 * Longest disable message that is kept, in characters. `puppet agent --disable TEXT` knows no limit; what is
 * longer than our own 120 is never ours, so that its end can be left out.
 */
const LONGEST_MESSAGE = 1000

/** Seconds since 1970 of the last moment that a date can be: what is later is no clock's. */
const LAST_SECOND = 8.64e12

const STATUS: Action<NodeStatus> = {
  name: 'status',
  data: {},
  changes: false,
  refusals: [],
  value: readStatus,
}

/** Reads the nodes' own word on themselves. No effect. */
export function status(link: Link, nodes: Nodes, call: Call): Stream<Outcome<NodeStatus>> {
  return ask(link, STATUS, nodes, call)
}

/**
 * puppet agent plugin 2.5.0, `status`. The word in `status` is not used: it says "disabled" while a run applies.
 * `since_lastrun` is the node's now less lastrun, so that their sum is the node's clock; it may be negative, and
 * is the string "Unknown" in a failed reply only.
 */
function readStatus(data: JsonObject): { value: NodeStatus } | undefined {
  const enabled = field(data, 'enabled')
  const applying = field(data, 'applying')
  const daemon = field(data, 'daemon_present') ?? false
  const lastRun = field(data, 'lastrun')
  const since = field(data, 'since_lastrun')
  if (typeof enabled !== 'boolean' || typeof applying !== 'boolean') return undefined
  if (typeof daemon !== 'boolean') return undefined
  if (!isWhole(lastRun) || lastRun < 0 || !isWhole(since) || lastRun + since < 0) return undefined
  if (lastRun > LAST_SECOND || lastRun + since > LAST_SECOND) return undefined
  const now = lastRun + since
  if (enabled) return { value: { enabled, applying, daemon, lastRun, now } }
  // Written out: one is kept for each node, and one made of a spread is five times as large.
  const message = disableMessage(field(data, 'disable_message'))
  return { value: { enabled, applying, daemon, lastRun, now, message } }
}

/** The text of the disable lock: null where the lock has none; other tools may have put anything there. */
function disableMessage(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
}
