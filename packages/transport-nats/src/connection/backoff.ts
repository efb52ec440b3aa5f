import type { Clock, Milliseconds, Moment, Random } from '@choirmaster/core/provide'

const SHORTEST: Milliseconds = 250
/** Choria's own clients wait up to 20 s; a run has deadlines to keep, and this is one client, not a fleet. */
const LONGEST: Milliseconds = 5_000

/**
 * How long to wait between two tries of the same broker: half of the time that it has been away, scattered by a
 * fifth. A function of the time alone, since the library asks several times for each try.
 */
export function backoff(clock: Clock, random: Random): { down(): void; wait(): Milliseconds } {
  let since: Moment = clock.now()
  return {
    down() {
      since = clock.now()
    },
    wait() {
      const half = (clock.now() - since) / 2
      return Math.round(Math.min(Math.max(half, SHORTEST), LONGEST) * (0.9 + 0.2 * random.next()))
    },
  }
}
