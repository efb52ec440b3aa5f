import type { Clock, Milliseconds } from '@choirmaster/core/provide'

export interface ManualClock extends Clock {
  /** Moves the time and lets everything that it wakes run. */
  advance(span: Milliseconds): Promise<void>
}

/** A clock that moves when the test says so. */
export function manualClock(start = 1_795_342_000_000): ManualClock {
  let now = start
  const sleepers = new Set<{ moment: number; wake: () => void }>()
  return {
    now: () => now,
    sleepUntil: (moment, signal) =>
      new Promise((resolve, reject) => {
        if (moment <= now) return resolve()
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal.reason as Error)
        }
        const wake = (): void => {
          signal.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = { moment, wake }
        sleepers.add(sleeper)
        if (signal.aborted) abort()
        else signal.addEventListener('abort', abort, { once: true })
      }),
    hold: (work) => work,
    async advance(span) {
      now += span
      for (const sleeper of [...sleepers]) {
        if (sleeper.moment > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
      await settled()
    },
  }
}

/** Resolves when all that is ready to run has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
