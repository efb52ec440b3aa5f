import type { Check } from '@choirmaster/core/provide'
import { clean, cleanLine } from './clean.js'
import type { Colours } from './colour.js'

/** Columns: both are filled before the longest subject is known. */
const STATE_WIDTH = 6
const SUBJECT_WIDTH = 17
const MARGIN = ' '.repeat(STATE_WIDTH + 2 + SUBJECT_WIDTH)

/** What was found at one place: ok or not, why, and what to do. Lines without ends. */
export function checkLines(check: Check, colours: Colours): string[] {
  const { subject, state, message, hint, place } = check
  const paint = { ok: colours.good, 'not-ok': colours.bad, note: colours.warn }[state]
  const word = { ok: 'ok', 'not-ok': 'NOT OK', note: 'note' }[state].padEnd(STATE_WIDTH)
  const lines = [`${paint(word)}  ${cleanLine(subject).padEnd(SUBJECT_WIDTH)}${cleanLine(message)}`]
  if (place !== undefined && !message.includes(place)) lines.push(`${MARGIN}at ${cleanLine(place)}`)
  if (hint) {
    const [first = '', ...rest] = clean(hint).split('\n')
    lines.push(`${MARGIN}Hint: ${first}`, ...rest.map((line) => `${MARGIN}${line}`))
  }
  return lines
}

/** The last line. */
export function doctorSummary(checks: readonly Check[]): string {
  const number = (state: Check['state']): number =>
    checks.filter((check) => check.state === state).length
  return `${number('ok')} ok, ${number('not-ok')} not ok, ${number('note')} worth knowing`
}

/** What is printed under `--json`. */
export function doctorObject(checks: readonly Check[]): object {
  return { schema: 'choirmaster.doctor/1', ok: isWell(checks), checks }
}

export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state !== 'not-ok')
}
