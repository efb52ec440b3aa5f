import { type Check, isCodedError } from '@choirmaster/core/provide'

export function ok(subject: string, message: string): Check {
  return { subject, state: 'ok', message }
}

export function note(subject: string, message: string, hint?: string): Check {
  return { subject, state: 'note', message, ...(hint !== undefined && { hint }) }
}

export function wrong(subject: string, message: string, hint: string): Check {
  return { subject, state: 'not-ok', message, hint }
}

/** A coded error as a check; any other is our bug and thrown on. */
export function failed(subject: string, error: unknown): Check {
  if (!isCodedError(error)) throw error
  const { code, message, hint, place } = error
  return { subject, state: 'not-ok', message, hint, code, ...(place !== undefined && { place }) }
}
