import type { Moment } from '@choirmaster/core/provide'
import type { Judged } from './judged.js'

/** When a verdict was passed, and when that was durable. */
interface Verdict {
  readonly at: Moment
  readonly durable: Moment
}

/**
 * What was read at a moment is judged at once, or where a witness is asked when it has had its say, for which there is
 * patience. When that was, only the run's own record tells.
 */
export function judgedAt(
  { plan, wire, patience = 0 }: Judged,
  name: string,
  read: Moment,
): Verdict {
  if (patience === 0 || read === Infinity) return { at: read, durable: read }
  const n = plan.nodes.indexOf(name)
  for (const entry of wire) {
    if (entry.what !== 'durable' || entry.at < read) continue
    const verdict = entry.events.find((event) => event.type === 'judged' && event.node === n)
    if (verdict === undefined) continue
    const latest = read + patience
    return { at: Math.min(verdict.at, latest), durable: Math.min(entry.at, latest) }
  }
  return { at: read + patience, durable: read + patience }
}
