import type { Output } from '../io.js'

/** At most so often it is drawn: five times a second. */
export const REDRAW_MS = 200

/** Calls `draw` every `ms` until the returned function is called. */
export type Ticker = (draw: () => void, ms: number) => () => void

export const realTicker: Ticker = (draw, ms) => {
  const timer = setInterval(draw, ms)
  // It keeps nobody alive: the run does.
  timer.unref()
  return () => clearInterval(timer)
}

/** One line at the bottom of a terminal that is drawn over and over, below lines that stay. */
export interface LiveLine {
  /** Prints lines that stay, above the live line. */
  above(text: string): void
  /** Takes the line away, while somebody else uses the terminal or for good. */
  stop(): void
  start(): void
}

const ERASE = '\r\x1b[2K'

/**
 * @param compose the line as it is now; undefined: none
 * @param output a terminal; on anything else `above` writes and nothing is drawn
 */
export function liveLine(
  output: Output,
  compose: () => string | undefined,
  ticker: Ticker,
): LiveLine {
  let shown = ''
  let stopTicking: (() => void) | undefined
  function draw(): void {
    // One column is left free: some terminals wrap when the last one is filled.
    const text = [...(compose() ?? '')].slice(0, Math.max(0, (output.columns ?? 80) - 1)).join('')
    if (text === shown) return
    output.write(text === '' ? ERASE : `${ERASE}${text}`)
    shown = text
  }
  function erase(): void {
    if (shown !== '') output.write(ERASE)
    shown = ''
  }
  return {
    above(text) {
      erase()
      output.write(text)
    },
    start() {
      if (output.isTTY === true) stopTicking ??= ticker(draw, REDRAW_MS)
    },
    stop() {
      stopTicking?.()
      stopTicking = undefined
      erase()
    },
  }
}
