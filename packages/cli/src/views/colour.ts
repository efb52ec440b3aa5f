import type { Output } from '../io.js'

type Paint = (text: string) => string

/** What is coloured, by meaning. */
export interface Colours {
  readonly bold: Paint
  readonly dim: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly warn: Paint
}

const plain: Paint = (text) => text
const ansi =
  (code: number, end: number): Paint =>
  (text) =>
    `\x1b[${code}m${text}\x1b[${end}m`

/** `auto`: on a terminal only, and not where NO_COLOR (https://no-color.org) is set to anything. */
export type ColourMode = 'auto' | 'always' | 'never'

export function coloursFor(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  mode: ColourMode = 'auto',
): Colours {
  const fits = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const on = mode === 'auto' ? fits : mode === 'always'
  if (!on) return { bold: plain, dim: plain, good: plain, bad: plain, warn: plain }
  return {
    bold: ansi(1, 22),
    dim: ansi(2, 22),
    good: ansi(32, 39),
    bad: ansi(31, 39),
    warn: ansi(33, 39),
  }
}
