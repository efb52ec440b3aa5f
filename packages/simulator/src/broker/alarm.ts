import type { Clock, Moment } from '@choirmaster/core/provide'

/** One alarm on a clock that nobody moves by hand. */
export interface Alarm {
  /** Rings at `moment`, unless it is set to something earlier; undefined: it keeps what it has. */
  set(moment: Moment | undefined): void
  stop(): void
}

/** @param ring called at or after the moment that was set; sets the alarm again if it wants more */
export function alarm(clock: Clock, ring: () => void): Alarm {
  let waiting: { readonly moment: Moment; readonly abort: AbortController } | undefined
  let stopped = false
  const stop = (): void => {
    waiting?.abort.abort()
    waiting = undefined
  }
  return {
    set(moment) {
      if (stopped || moment === undefined || (waiting && waiting.moment <= moment)) return
      stop()
      const one = { moment, abort: new AbortController() }
      waiting = one
      clock.sleepUntil(moment, one.abort.signal).then(
        () => {
          if (waiting !== one) return
          waiting = undefined
          ring()
        },
        () => undefined, // set to something earlier, or stopped
      )
    },
    stop() {
      stopped = true
      stop()
    },
  }
}
