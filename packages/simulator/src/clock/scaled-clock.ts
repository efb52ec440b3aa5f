import type { Clock, Moment } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'

/**
 * Real time, `speed` times as fast, for watching a simulated run: at 10, a run of an hour takes six minutes.
 * @param start the moment that it shows first
 * @param base what it is derived from
 */
export function scaledClock(speed: number, start: Moment, base: Clock = systemClock()): Clock {
  const zero = base.now()
  const now = (): Moment => Math.floor(start + (base.now() - zero) * speed)
  return {
    now,
    async sleepUntil(moment, signal) {
      while (now() < moment) {
        await base.sleepUntil(Math.ceil(zero + (moment - start) / speed), signal)
      }
      signal.throwIfAborted()
    },
    hold: (work) => base.hold(work),
  }
}
