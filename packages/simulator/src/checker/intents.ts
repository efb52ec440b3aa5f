import type { Milliseconds, Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { heldUp } from './held-up.js'
import type { Judged, WireEntry } from './judged.js'
import { isLookProbe } from './probe.js'

const CHANGE_OF: Readonly<Record<string, string>> = {
  disable: 'disable',
  enable: 'enable',
  runonce: 'run',
}

/** From an intent that is durable to its request, at most: both are in one turn of the engine. */
const TURN_MS: Milliseconds = 2_000

/**
 * S13: each change of each node has an intent of its own that was durable before it left, immediately before: what was
 * decided long ago may be wrong by now. S18: none leaves without one when the journal is lost.
 */
export const checkIntents: Check = (judged) => {
  /** When the intent was durable of which no request has left, by node and change. */
  const intended = new Map<string, Moment>()
  let lost = false
  return judged.wire.flatMap((entry): Violation[] => {
    switch (entry.what) {
      case 'refused':
        lost = true
        return []
      case 'durable':
        note(judged, entry, intended)
        return []
      case 'request':
        return unintended(judged, entry, intended, lost)
      case 'check':
      case 'sighting':
      case 'interrupt':
        return []
    }
  })
}

function note(
  { plan }: Judged,
  { at, events }: Extract<WireEntry, { what: 'durable' }>,
  intended: Map<string, Moment>,
): void {
  for (const event of events) {
    if (event.type !== 'intent') continue
    for (const n of event.nodes) {
      intended.set(`${plan.nodes[n] ?? ''} ${event.change}`, at)
    }
  }
}

function unintended(
  judged: Judged,
  { at, action, data, nodes }: Extract<WireEntry, { what: 'request' }>,
  intended: Map<string, Moment>,
  lost: boolean,
): Violation[] {
  const change = CHANGE_OF[action]
  if (change === undefined || isLookProbe(data)) return []
  return nodes.flatMap((node): Violation[] => {
    const key = `${node} ${change}`
    const since = intended.get(key)
    intended.delete(key)
    if (since === undefined) {
      if (lost) return [{ promise: 'S18', node, message: `${action} after the journal was lost` }]
      return [{ promise: 'S13', node, message: `${action} left before its intent was durable` }]
    }
    const age = at - since - heldUp(judged, since, at)
    if (age <= TURN_MS) return []
    return [{ promise: 'S13', node, message: `${action} left ${age / 1000} s after its intent` }]
  })
}
