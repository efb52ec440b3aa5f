import type { Signals } from './io.js'

/** The two ways to stop a run. */
export interface Interrupts {
  /** Aborts with the first Ctrl-C or SIGTERM: start nothing new. */
  readonly soft: AbortSignal
  /** Aborts with the second: stop watching. */
  readonly hard: AbortSignal
  /** Gives the signals back to the process. */
  dispose(): void
}

const FIRST =
  'Stopping: nothing new starts, what runs is watched to its end, then nodes are enabled as the release rule says. Once more to stop watching.'
const SECOND = 'Stopping now: what still runs is not watched any more; the report names it.'

/**
 * Takes Ctrl-C, SIGTERM and SIGHUP for the time of a run. SIGHUP, a terminal that went away, is ignored: the run
 * goes on and its journal tells of it. After the second interrupt a third ends the process as usual.
 * @param tell prints what happens now
 * @param hungUp called when the terminal went away
 */
export function catchInterrupts(
  signals: Signals,
  tell: (line: string) => void,
  hungUp: () => void,
): Interrupts {
  const soft = new AbortController()
  const hard = new AbortController()
  const listeners: readonly [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => stop('Ctrl-C')],
    ['SIGTERM', () => stop('SIGTERM')],
    ['SIGHUP', hungUp],
  ]
  function stop(by: string): void {
    if (!soft.signal.aborted) {
      tell(FIRST)
      soft.abort(by)
    } else {
      dispose()
      tell(SECOND)
      hard.abort(by)
    }
  }
  function dispose(): void {
    for (const [name, listener] of listeners) signals.off(name, listener)
  }
  for (const [name, listener] of listeners) signals.on(name, listener)
  return { soft: soft.signal, hard: hard.signal, dispose }
}
