/** Our bug, not the operator's mistake: the command asks to report it. Exit code 1. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}

/** Returns `value`; a missing one is our bug. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InternalError(`Missing: ${what}`)
  return value
}
