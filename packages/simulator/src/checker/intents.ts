import type { Check, Violation } from './check.js'
import type { Judged, WireEntry } from './judged.js'
import { isLookProbe } from './probe.js'

const CHANGE_OF: Readonly<Record<string, string>> = {
  disable: 'disable',
  enable: 'enable',
  runonce: 'run',
}

/** S13: each change of each node has an intent of its own that was durable before it left. S18: none leaves without one when the journal is lost. */
export const checkIntents: Check = (judged) => {
  const intended = new Map<string, number>()
  let lost = false
  return judged.wire.flatMap((entry): Violation[] => {
    switch (entry.what) {
      case 'refused':
        lost = true
        return []
      case 'durable':
        count(judged, entry, intended)
        return []
      case 'request':
        return unintended(entry, intended, lost)
      case 'check':
      case 'sighting':
      case 'interrupt':
        return []
    }
  })
}

function count(
  { plan }: Judged,
  { events }: Extract<WireEntry, { what: 'durable' }>,
  intended: Map<string, number>,
): void {
  for (const event of events) {
    if (event.type !== 'intent') continue
    for (const n of event.nodes) {
      const key = `${plan.nodes[n] ?? ''} ${event.change}`
      intended.set(key, (intended.get(key) ?? 0) + 1)
    }
  }
}

function unintended(
  { action, data, nodes }: Extract<WireEntry, { what: 'request' }>,
  intended: Map<string, number>,
  lost: boolean,
): Violation[] {
  const change = CHANGE_OF[action]
  if (change === undefined || isLookProbe(data)) return []
  return nodes.flatMap((node): Violation[] => {
    const key = `${node} ${change}`
    const left = (intended.get(key) ?? 0) - 1
    intended.set(key, left)
    if (left >= 0) return []
    if (lost) return [{ promise: 'S18', node, message: `${action} after the journal was lost` }]
    return [{ promise: 'S13', node, message: `${action} left before its intent was durable` }]
  })
}
