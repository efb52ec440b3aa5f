/** A value that is never printed: text, JSON and inspection of it show `[redacted]`. */
export interface Secret {
  /** The value itself, for the library that needs it. */
  reveal(): string
  toString(): string
  toJSON(): string
}

const REDACTED = '[redacted]'
const inspect = Symbol.for('nodejs.util.inspect.custom')

/** Wraps a value that must not reach logs, errors, journals or JSON. */
export function secret(value: string): Secret {
  const redacted = (): string => REDACTED
  const wrapped = {
    reveal: () => value,
    toString: redacted,
    toJSON: redacted,
    [inspect]: redacted,
  }
  return Object.freeze(wrapped)
}
