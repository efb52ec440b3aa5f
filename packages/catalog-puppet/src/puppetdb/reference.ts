/** As core's schema and the module's type Choirmaster::Ref have it; a test holds the three together. */
export const REFERENCE = /^[A-Z]\w*(?:::[A-Z]\w*)*\[[\s\S]+\]$/

/** As core's schema has it. */
export const CERTNAME = /^[^\s\u0000-\u001f\u007f-\u009f*>]+$/

export function isReference(value: unknown): value is string {
  return typeof value === 'string' && REFERENCE.test(value)
}
