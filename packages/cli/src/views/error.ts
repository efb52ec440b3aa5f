import { type CodedError, isCodedError, messageOf } from '@choirmaster/core/provide'
import { cliErrors } from '../errors.js'
import { EXIT_UNUSABLE } from '../exit-codes.js'
import { clean, cleanLine } from './clean.js'
import type { Colours } from './colour.js'

/** At most so many problems are printed; the rest is counted. */
const SHOWN = 20

/** What is printed under `--json` for a failure; `place` is null where there is none. */
export interface ErrorObject {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly place: string | null
  readonly problems?: readonly object[]
  /** How many further problems were not collected. */
  readonly more?: number
}

export function errorObject(error: unknown): ErrorObject {
  if (!isCodedError(error)) {
    const message = messageOf(error)
    return { code: 'internal', message, hint: BUG_HINT, place: null }
  }
  const { code, message, hint, problems, more } = error
  return {
    code,
    message,
    hint,
    place: placeOf(error) ?? null,
    ...(problems.length > 0 && { problems }),
    ...(more > 0 && { more }),
  }
}

const BUG_HINT = cliErrors.internal.hint

/** @returns lines for standard error, each ended */
export function errorText(error: unknown, colours: Colours, debug: boolean): string {
  const lines: string[] = []
  const say = (word: string, text: string): void => void lines.push(`${word} ${text}`)
  if (isCodedError(error)) {
    say(colours.bad('Error:'), clean(error.message))
    const place = placeOf(error)
    if (place !== undefined) lines.push(`  at ${cleanLine(place)}`)
    lines.push(...problemLines(error))
    say(colours.bold('Hint:'), clean(error.hint))
    lines.push(colours.dim(`See docs/errors.md#${error.code}`))
  } else {
    say(colours.bad('Error:'), clean(messageOf(error)))
    say(colours.bold('Hint:'), BUG_HINT)
  }
  if (debug && error instanceof Error) lines.push(clean(error.stack ?? ''))
  return lines.map((line) => `${line}\n`).join('')
}

/** The exit code of an error that ends the command. */
export function errorExit(error: unknown): number {
  return isCodedError(error) ? error.exit : EXIT_UNUSABLE
}

function placeOf(error: CodedError): string | undefined {
  return error.place ?? error.problems[0]?.place
}

function problemLines({ problems, more }: CodedError): string[] {
  // A single problem is what the message says already.
  if (problems.length < 2 && more === 0) return []
  const lines = problems.slice(0, SHOWN).map(({ message, place }) => {
    return `  - ${place === undefined ? '' : `${cleanLine(place)}: `}${cleanLine(message)}`
  })
  const rest = problems.length - lines.length + more
  if (rest > 0) lines.push(`  - and ${rest} more`)
  return lines
}
