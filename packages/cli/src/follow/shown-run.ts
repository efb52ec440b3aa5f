import { type JournalPart, type Moment, reportOf, type RunEvent } from '@choirmaster/core'
import type { Output } from '../io.js'
import type { FollowInput, Followed } from './follow-run.js'
import { type Holder, holderText } from '../views/holder-text.js'
import { realTicker } from '../views/live-line.js'
import { runView, type RunView } from '../views/run-view.js'

/** A run that is shown part by part, as its journal grows. */
export interface ShownRun {
  take(part: JournalPart): Promise<void>
  /** From now on parts come soon after they were written. */
  isLive(): void
  /** Set by the last event. */
  readonly ended: Followed | undefined
  readonly isBegun: boolean
  tellOf(holder: Holder): void
  tell(line: string): void
  /** Gives the terminal back. */
  close(): void
}

/** @param before the events before that number, when what was shown from there on turns out to be no part of the run */
export function shownRun(
  { session, io, colours, json, ticker = realTicker }: FollowInput,
  run: string,
  before: (seq: number) => AsyncIterable<RunEvent>,
): ShownRun {
  // A program that reads events gets nothing else, and a line that is drawn over and over is for people.
  const output: Output = json ? { write: (text) => io.stderr.write(text) } : io.stdout
  const { clock } = session
  let next = 0
  let last: Moment = 0
  let live = false
  /** How far the clock of who runs is ahead of ours: what is waited for is told in its time. */
  let ahead = 0
  let ended: Followed | undefined
  const now = (): Moment => Math.max(last, clock.now() + ahead)
  const open = (): RunView => runView(output, colours, now, ticker)
  let view = open()

  async function goBack(seq: number): Promise<void> {
    view.tell(
      colours.warn(
        'Another process took the run over before it had read what was shown last, or the run store lost it; what counts follows',
      ),
    )
    view.pause()
    view = open()
    for await (const event of before(seq)) view.restore(event)
    next = seq
  }

  function show(event: RunEvent): void {
    last = event.at
    if (json) {
      io.stdout.write(`${JSON.stringify(event)}\n`)
      view.restore(event)
    } else {
      view.onEvents([event])
      // As where the run was started, where it is said before the question.
      if (event.type === 'ready') view.found()
    }
    if (event.type !== 'ended') return
    const { state } = view
    ended = { exit: event.exit, ...(state && { report: reportOf(state) }) }
  }

  return {
    async take({ seq, events }) {
      if (seq < next) await goBack(seq)
      next = seq + events.length
      for (const event of events) show(event)
      if (live) ahead = last - clock.now()
    },
    isLive: () => void (live = true),
    get ended() {
      return ended
    },
    get isBegun() {
      return view.state !== undefined
    },
    tellOf(holder) {
      for (const line of holderText(run, holder, view.hasTouched(), colours)) view.tell(line)
    },
    tell: (line) => view.tell(line),
    close: () => view.pause(),
  }
}
