import { executeRun, type Notice, type RunReport, runId, toRunPlan } from '@choirmaster/core'
import { feedReporters } from './feed-reporters.js'
import { catchInterrupts } from './interrupt.js'
import { type Io, isYes, type Output } from './io.js'
import type { Prepared } from './prepare-run.js'
import type { Session } from './session.js'
import type { Colours } from './views/colour.js'
import { noticeText } from './views/notice-text.js'
import { realTicker, type Ticker } from './views/live-line.js'
import { runView } from './views/run-view.js'

export interface ShowRunInput extends Prepared {
  readonly session: Session
  readonly io: Io
  /** Where lines about the run go. */
  readonly progress: Output
  readonly colours: Colours
  /** Confirmed by flag. */
  readonly yes: boolean
  /** Default: a timer. */
  readonly ticker?: Ticker
}

/** Executes a run, shows it as it happens, asks before it begins and takes the interrupts meanwhile. */
export async function showRun(input: ShowRunInput): Promise<RunReport> {
  const { session, io, colours, progress, plan, options } = input
  const { clock, random } = session
  const agent = await session.openAgent()
  const store = await session.openStore()
  const reporters = await session.openReporters()
  const view = runView(progress, colours, () => clock.now(), input.ticker ?? realTicker)
  const interrupts = catchInterrupts(
    io.signals,
    (line) => view.tell(line),
    () => io.detach(),
  )
  const onNotice = (notice: Notice): void => {
    const text = noticeText(notice, io.env)
    if (text !== undefined) view.tell(text)
  }
  session.onNotice(onNotice)
  const feed = feedReporters(reporters, onNotice)
  try {
    return await executeRun({
      run: runId(clock.now(), random),
      plan: toRunPlan(plan),
      options,
      agent,
      store,
      clock,
      soft: interrupts.soft,
      hard: interrupts.hard,
      onEvents(events) {
        view.onEvents(events)
        feed.push(events)
      },
      async confirm() {
        const question = view.found()
        if (input.yes) return 'flag'
        view.pause()
        const answer = await io.ask(question, interrupts.soft).catch(() => undefined)
        view.resume()
        return isYes(answer) ? 'operator' : 'declined'
      },
    })
  } finally {
    view.pause()
    interrupts.dispose()
    await feed.end()
  }
}
