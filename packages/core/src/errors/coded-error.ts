/** One finding among several that an error carries. */
export interface Problem {
  /** Stable code, also the anchor in docs/errors.md. */
  readonly code: string
  /** A sentence for the operator. */
  readonly message: string
  /** Where: JSON path, `file:line:column`, `--flag`, a certname. */
  readonly place?: string
  /** What to do now. */
  readonly hint?: string
}

/** Exit code that an uncaught coded error ends the command with; the table is in docs/exit-codes.md. */
export type ErrorExit = 1 | 3

/** What an error code means; each package's `errors.ts` owns its codes. docs/errors.md is generated from these. */
export interface ErrorDefinition {
  /** One line for the table of errors. */
  readonly title: string
  /** Default of `hint`: what to do now. */
  readonly hint: string
  /** 1: the input cannot be used. 3: it can, but doing it is refused and nothing was touched. */
  readonly exit: ErrorExit
}

export interface ErrorDetails {
  readonly message: string
  readonly hint?: string
  readonly place?: string
  readonly cause?: unknown
  /** All findings, when there are several; `problems[0]` is what `message` speaks of. */
  readonly problems?: readonly Problem[]
  /** How many further findings were not collected or listed. */
  readonly more?: number
}

/**
 * An error that says what, why and what now. Across packages compare `code`, never `instanceof`:
 * a plugin may hold its own copy of core.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError'
  readonly code: string
  readonly hint: string
  readonly place: string | undefined
  readonly problems: readonly Problem[]
  readonly more: number
  readonly exit: ErrorExit

  constructor(code: string, definition: ErrorDefinition, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint ?? definition.hint
    this.place = details.place
    this.problems = details.problems ?? []
    this.more = details.more ?? 0
    this.exit = definition.exit
  }
}

/** Whether `value` is a coded error of this or another copy of core. */
export function isCodedError(value: unknown): value is CodedError {
  return (
    value instanceof Error &&
    typeof (value as Partial<CodedError>).code === 'string' &&
    typeof (value as Partial<CodedError>).hint === 'string' &&
    Array.isArray((value as Partial<CodedError>).problems)
  )
}

export type ErrorTable = Readonly<Record<string, ErrorDefinition>>

/**
 * Declares the error codes of a package and returns the maker of its errors.
 * @example const fail = errorMaker({ 'site-unreadable': { title: '…', hint: '…', exit: 1 } })
 *          throw fail('site-unreadable', { message: 'Cannot read site.yaml', place: 'site.yaml' })
 */
export function errorMaker<T extends ErrorTable>(
  table: T,
): (code: keyof T & string, details: ErrorDetails) => CodedError {
  return (code, details) => new CodedError(code, table[code] as ErrorDefinition, details)
}
