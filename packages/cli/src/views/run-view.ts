import type { Moment, RunEvent, RunState } from '@choirmaster/core'
import type { Output } from '../io.js'
import type { Colours } from './colour.js'
import { follow } from './follow.js'
import { liveLine, type Ticker } from './live-line.js'
import { lookText, question } from './look-text.js'
import { runLines, stamped } from './run-lines.js'
import { waitingFor } from './waiting.js'

/** Shows a run as it happens: lines that stay and, on a terminal, one that says who is being waited for. */
export interface RunView {
  /** Undefined before the first event. */
  readonly state: RunState | undefined
  onEvents(events: readonly RunEvent[]): void
  /** Folds what happened before, without showing it. */
  restore(event: RunEvent): void
  /** Prints all that the look found and returns the question to ask. */
  found(): string
  /** Takes the live line away while somebody else uses the terminal. */
  pause(): void
  resume(): void
  /** Whether a node was changed, or may have been. */
  hasTouched(): boolean
  /** A line of somebody else, above the live line. */
  tell(line: string): void
}

/** @param now the run's clock, for how long nodes are waited for */
export function runView(
  output: Output,
  colours: Colours,
  now: () => Moment,
  ticker: Ticker,
): RunView {
  const run = follow()
  const live = liveLine(output, () => run.state && waitingFor(run.state, run.since, now()), ticker)
  const print = (lines: readonly string[]): void => {
    if (lines.length > 0) live.above(lines.map((line) => `${line}\n`).join(''))
  }
  const linesOf = (event: RunEvent): string[] => {
    const concluded = run.fold(event)
    if (!run.state) return []
    // Else what was found is shown before the question.
    const found = event.type === 'refused' ? lookText(run.state, colours) : []
    return [...found, ...stamped(event, runLines(event, run.state, concluded, colours), colours)]
  }
  let broken = false
  live.start()
  return {
    get state() {
      return run.state
    },
    restore: (event) => void run.fold(event),
    onEvents(events) {
      if (broken) return
      try {
        print(events.flatMap(linesOf))
      } catch (error) {
        // A bug in what is shown must not end what is done.
        broken = true
        live.stop()
        print([`The run goes on, but cannot be shown: ${String(error)}`])
      }
    },
    found() {
      if (!run.state) return ''
      print(lookText(run.state, colours))
      return question(run.state)
    },
    pause: () => live.stop(),
    resume: () => live.start(),
    hasTouched: () => run.state?.nodes.some(({ touched }) => touched) ?? false,
    tell: (line) => print([line]),
  }
}
