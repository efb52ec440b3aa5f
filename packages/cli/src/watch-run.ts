import type { Notice, RunEvent, RunInput, RunReport, Trouble, Waiting } from '@choirmaster/core'
import { feedReporters } from './feed-reporters.js'
import { catchInterrupts } from './interrupt.js'
import type { Io, Output } from './io.js'
import type { Session } from './session.js'
import type { Colours } from './views/colour.js'
import { realTicker, type Ticker } from './views/live-line.js'
import { noticeText } from './views/notice-text.js'
import { runView, type RunView } from './views/run-view.js'
import { troubleText } from './views/trouble-text.js'
import { waitingText } from './views/waiting-text.js'

export interface WatchInput {
  readonly session: Session
  readonly io: Io
  /** Where lines about the run go. */
  readonly progress: Output
  readonly colours: Colours
  /** Default: a timer. */
  readonly ticker?: Ticker
  /** What happened before we look, of a run that is gone on with. */
  readonly before?: AsyncIterable<RunEvent>
  /**
   * Tells how the run ended, while interrupts are still taken: whoever presses Ctrl-C a moment too late must not lose the
   * report. `left` aborts with one, and nothing is waited for any more.
   */
  readonly atEnd?: (report: RunReport, left: AbortSignal) => Promise<void>
}

/** What the engine is given besides what it is to do. */
export type Watched = Pick<
  RunInput,
  | 'agent'
  | 'store'
  | 'witness'
  | 'clock'
  | 'probe'
  | 'soft'
  | 'hard'
  | 'onEvents'
  | 'onWait'
  | 'onTrouble'
  | 'listen'
>

/** Shows what the engine does as it happens, feeds the reporters and takes the interrupts meanwhile. */
export async function watchRun(
  input: WatchInput,
  act: (watched: Watched, view: RunView) => Promise<RunReport>,
): Promise<RunReport> {
  const { session, io, colours, progress } = input
  const { clock } = session
  const agent = await session.openAgent()
  const store = await session.openStore()
  const witness = await session.openWitness()
  const probe = await session.openProber()
  const reporters = await session.openReporters()
  const view = runView(progress, colours, () => clock.now(), input.ticker ?? realTicker)
  let isOver = false
  const interrupts = catchInterrupts(
    io.signals,
    (line) => {
      // Before that there is nothing to watch to its end: the event says that the run is cancelled.
      if (isOver || view.hasTouched()) view.tell(line)
    },
    () => io.detach(),
  )
  const onNotice = (notice: Notice): void => {
    const text = noticeText(notice, io.env)
    if (text !== undefined) view.tell(text)
  }
  session.onNotice(onNotice)
  // While the engine listens, what is told is an event and shown as one.
  const listen: RunInput['listen'] = (heard) => {
    session.onNotice((notice) => (notice.level === 'debug' ? onNotice(notice) : heard(notice)))
    return () => session.onNotice(onNotice)
  }
  const feed = feedReporters(reporters, onNotice)
  const { soft, hard } = interrupts
  let reported: Promise<void> | undefined
  function end(): Promise<void> {
    view.pause()
    isOver = true
    interrupts.over()
    return (reported ??= feed.end(hard))
  }
  try {
    for await (const event of input.before ?? []) {
      view.restore(event)
      feed.push([event])
    }
    const onEvents = (events: readonly RunEvent[]): void => {
      view.onEvents(events)
      feed.push(events)
      // The store is let go of yet: who interrupts now waits for nothing more.
      if (events.some(({ type }) => type === 'ended')) interrupts.over()
    }
    const onWait = (waiting: Waiting): void => view.tell(waitingText(waiting))
    const onTrouble = (trouble: Trouble): void => view.tell(troubleText(trouble))
    const report = await act(
      {
        ...{ agent, store, ...(witness && { witness }), clock, probe },
        ...{ soft, hard, onEvents, onWait, onTrouble, listen },
      },
      view,
    )
    void end()
    await input.atEnd?.(report, hard)
    return report
  } finally {
    await end()
    interrupts.dispose()
  }
}
