import type { Moment } from '@choirmaster/core/provide'
import type { Judged } from './judged.js'

/** What was read at a moment is known when it is judged: where a witness is asked, that may wait for its word. */
export function judgedAt({ plan, wire, patience = 0 }: Judged, name: string, read: Moment): Moment {
  if (patience === 0 || read === Infinity) return read
  const n = plan.nodes.indexOf(name)
  const told = wire.find(
    (entry) =>
      entry.what === 'durable' &&
      entry.at >= read &&
      entry.events.some((event) => event.type === 'judged' && event.node === n),
  )
  return Math.min(told?.at ?? Infinity, read + patience)
}
