import type { Notice, Reporter, RunEvent } from '@choirmaster/core'
import { whole } from './site-plan.js'

/** Gives a run's events to reporters, each of which reads at its own pace. */
export interface ReporterFeed {
  push(events: readonly RunEvent[]): void
  /** Waits until all have read to the end. Never rejects. */
  end(): Promise<void>
}

/** @param notice gets what a reporter throws: it can spoil its own report, not the run */
export function feedReporters(
  reporters: readonly Reporter[],
  notice: (notice: Notice) => void,
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
      const reason = error instanceof Error ? error.message : String(error)
      notice({ level: 'warning', code: 'reporter-failed', message: `A reporter failed: ${reason}` })
    }
  }

  const reports = reporters.map(report)
  return {
    push(batch) {
      if (reporters.length === 0) return
      events.push(...batch)
      wake()
    },
    async end() {
      ended = true
      wake()
      await Promise.all(reports)
    },
  }
}
