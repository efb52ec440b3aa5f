import {
  aborted,
  type Clock,
  messageOf,
  type Milliseconds,
  type Notice,
  type Reporter,
  type RunEvent,
} from '@choirmaster/core'
import { systemClock } from '@choirmaster/core/system'
import { whole } from './site-plan.js'

/** Gives a run's events to reporters, each of which reads at its own pace. */
export interface ReporterFeed {
  push(events: readonly RunEvent[]): void
  /**
   * Waits until all have read to the end, or until a moment after `left` aborts: one that hangs keeps nobody. Never
   * rejects.
   */
  end(left: AbortSignal): Promise<void>
}

/** What a reporter needs to write down what it has, after nobody wants to wait any more. */
const GRACE_MS: Milliseconds = 2_000

/**
 * @param notice gets what a reporter throws: it can spoil its own report, not the run
 * @param clock that of the real world, in which reporters write
 */
export function feedReporters(
  reporters: readonly Reporter[],
  notice: (notice: Notice) => void,
  clock: Clock = systemClock(),
): ReporterFeed {
  const events: RunEvent[] = []
  let ended = false
  let tellAll = (): void => {}
  let more = nextMore()

  async function* stream(): AsyncGenerator<RunEvent> {
    for (let at = 0; ; at += 1) {
      while (at >= events.length) {
        if (ended) return
        await more
      }
      yield events[at] as RunEvent
    }
  }
  function nextMore(): Promise<void> {
    return new Promise((resolve) => (tellAll = resolve))
  }
  function wake(): void {
    tellAll()
    more = nextMore()
  }
  async function report(reporter: Reporter): Promise<void> {
    try {
      await reporter.report(stream(), whole)
    } catch (error) {
      const message = `A reporter failed: ${messageOf(error)}`
      notice({ level: 'warning', code: 'reporter-failed', message })
    }
  }

  const reports = reporters.map(report)
  async function patience(left: AbortSignal, read: AbortSignal): Promise<void> {
    await aborted(AbortSignal.any([left, read]))
    await clock.sleepUntil(clock.now() + GRACE_MS, read)
    const message = 'A reporter is not waited for any more: its report may lack the end'
    notice({ level: 'warning', code: 'reporter-left', message })
  }
  return {
    push(batch) {
      if (reporters.length === 0) return
      events.push(...batch)
      wake()
    },
    async end(left) {
      ended = true
      wake()
      const read = new AbortController()
      const all = Promise.all(reports).then(() => read.abort())
      await Promise.race([all, patience(left, read.signal).catch(() => undefined)])
    },
  }
}
