import type { Signals } from '../io.js'

/** How a program ends that a signal ended, as shells tell it: 128 and the signal's number (signal(7)). */
const ENDED_BY: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
]
/** The same of one whose output nobody reads any more (SIGPIPE). */
export const READER_GONE = 141

export interface Stop {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  /** Resolves then, with the exit code. */
  readonly asked: Promise<number>
  /** Gives the signals back to the process. */
  dispose(): void
}

/** Takes the signals that end a watching; a second one ends the process as usual. */
export function catchStop(signals: Signals): Stop {
  const controller = new AbortController()
  let stop: (exit: number) => void
  const asked = new Promise<number>((resolve) => (stop = resolve))
  const listeners = ENDED_BY.map(([name, exit]) => {
    const listener = (): void => {
      dispose()
      controller.abort(name)
      stop(exit)
    }
    signals.on(name, listener)
    return [name, listener] as const
  })
  function dispose(): void {
    for (const [name, listener] of listeners) signals.off(name, listener)
  }
  return { signal: controller.signal, asked, dispose }
}
