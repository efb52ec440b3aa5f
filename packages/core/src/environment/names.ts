// Regular expressions as text, as they go into the published schema too.

/** `Type[title]`: capitalised segments, then a title that is free text, brackets and quotes included. */
export const REFERENCE = '^[A-Z]\\w*(?:::[A-Z]\\w*)*\\[[\\s\\S]+\\]$'

/** No blanks or control characters, and none of the two characters that stand for many nodes in a NATS subject. */
export const CERTNAME = '^[^\\s\\u0000-\\u001f\\u007f-\\u009f*>]+$'

/** Puppet's are letters, digits and underscores; a site file may have others, but no blanks. */
export const ENVIRONMENT_NAME = '^[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$'

export const isReference = matcher(REFERENCE)
export const isCertname = matcher(CERTNAME)
export const isEnvironmentName = matcher(ENVIRONMENT_NAME)

function matcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, 'u')
  return (text) => expression.test(text)
}
