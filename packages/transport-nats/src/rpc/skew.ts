import type { Host, Milliseconds } from '@choirmaster/core/provide'
import type { Received } from '../wire/wire.js'
import { CHANGE_TTL, signedAt } from './rpc.js'

/**
 * Half of what a change is signed for. A server takes a request while its clock is less than the ttl away and drops
 * it without a word after that: with a clock 40 s off it answers questions (60 s) and takes no change (30 s).
 */
const TOLERABLE: Milliseconds = (CHANGE_TTL * 1000) / 2
/** More names than these help nobody. */
const MOST_TOLD = 20

/** Tells, once for each node, of clocks that are so far off that changes may be dropped. */
export function skewWatch({ clock, notice }: Pick<Host, 'clock' | 'notice'>) {
  const told = new Set<string>()
  return ({ sender, time }: Received): void => {
    const off = time - signedAt(clock)
    // NaN is no skew: then the node did not say.
    if (!(Math.abs(off) > TOLERABLE) || told.size >= MOST_TOLD || told.has(sender)) return
    told.add(sender)
    const seconds = Math.round(Math.abs(off) / 1000)
    const way = off > 0 ? 'ahead of' : 'behind'
    const message =
      `The clock of ${sender} is ${seconds} s ${way} ours: from ${CHANGE_TTL} s on servers drop changes without ` +
      `an answer`
    notice({ level: 'warning', code: 'transport-clock-skew', message })
  }
}
