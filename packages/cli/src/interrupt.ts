import type { Signals } from './io.js'

/** The two ways to stop a run. */
export interface Interrupts {
  /** Aborts with the first Ctrl-C or SIGTERM: start nothing new. */
  readonly soft: AbortSignal
  /** Aborts with the second: stop watching. */
  readonly hard: AbortSignal
  /** The run is over: from now on the first interrupt ends what is still waited for, as the second did before. */
  over(): void
  /** Gives the signals back to the process. */
  dispose(): void
}

/** What the operator is told. */
export interface InterruptWords {
  readonly first: string
  readonly second: string
}

const RUN: InterruptWords = {
  first:
    'Stopping: nothing new starts, what runs is watched to its end, then nodes are enabled as the release rule says. Once more to stop watching.',
  second:
    'Stopping now: what still runs is not watched any more; the report names it. It comes once the run store has the end of the run, or after a minute without an answer; a third interrupt ends all without it.',
}

const OVER = 'Ending now: the run is over, and nothing more is waited for.'

/**
 * Takes Ctrl-C, SIGTERM and SIGHUP while nodes are changed. SIGHUP, a terminal that went away, is ignored: the run
 * goes on and its journal tells of it. After the second interrupt a third ends the process as usual.
 * @param tell prints what happens now
 * @param hungUp called when the terminal went away
 */
export function catchInterrupts(
  signals: Signals,
  tell: (line: string) => void,
  hungUp: () => void,
  words = RUN,
): Interrupts {
  const soft = new AbortController()
  const hard = new AbortController()
  let isOver = false
  const listeners: readonly [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => stop('Ctrl-C')],
    ['SIGTERM', () => stop('SIGTERM')],
    ['SIGHUP', hungUp],
  ]
  function stop(by: string): void {
    if (!isOver && !soft.signal.aborted) {
      tell(words.first)
      soft.abort(by)
    } else {
      dispose()
      tell(isOver ? OVER : words.second)
      hard.abort(by)
    }
  }
  function dispose(): void {
    for (const [name, listener] of listeners) signals.off(name, listener)
  }
  for (const [name, listener] of listeners) signals.on(name, listener)
  const over = (): void => void (isOver = true)
  return { soft: soft.signal, hard: hard.signal, over, dispose }
}
