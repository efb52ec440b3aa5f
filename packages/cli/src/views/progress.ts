import type { Io } from '../io.js'
import type { Session } from '../session.js'
import { liveLine, realTicker, type Ticker } from './live-line.js'
import { noticeText } from './notice-text.js'
import { duration } from './time.js'

/** Waits shorter than this are told without their time. */
const WORTH_TELLING_MS = 1000

/**
 * Says on a terminal what is being waited for until it is over: on standard error, and from the beginning, as
 * reading a large document holds up every timer.
 */
export async function withProgress<T>(
  {
    io,
    session,
    what,
  }: { readonly io: Io; readonly session: Session; readonly what: string | (() => string) },
  work: () => Promise<T>,
  ticker: Ticker = realTicker,
): Promise<T> {
  const began = performance.now()
  const text = (): string => {
    const span = performance.now() - began
    const now = typeof what === 'string' ? what : what()
    return span < WORTH_TELLING_MS ? now : `${now} for ${duration(span)}`
  }
  const atOnce: Ticker = (draw, ms) => {
    draw()
    return ticker(draw, ms)
  }
  const line = liveLine(io.stderr, text, atOnce)
  // Else a notice would be written into the line. Later it writes as anybody else does.
  session.onNotice((notice) => {
    const told = noticeText(notice, io.env)
    if (told !== undefined) line.above(`${told}\n`)
  })
  line.start()
  try {
    return await work()
  } finally {
    line.stop()
  }
}
