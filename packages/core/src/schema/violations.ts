import type { ErrorObject } from 'ajv/dist/2020.js'
import { didYouMean } from '../errors/near-matches.js'
import { pathOfPointer, type Path } from './json-path.js'
import { chooseBranches } from './unions.js'

/** One way in which a value breaks its schema. */
export interface Violation {
  readonly path: Path
  /** What is wrong, to follow the place: `must be a string, not null`. Shows no values, as they may be secret. */
  readonly message: string
  /** What to do, where more can be said. */
  readonly hint?: string
}

/** ajv's errors (collected with `verbose`) in an operator's words. */
export function readViolations(errors: readonly ErrorObject[], document: unknown): Violation[] {
  const seen = new Set<string>()
  return chooseBranches(errors).flatMap((error) => {
    const violation = readViolation(error, document)
    const key = JSON.stringify([violation.path, violation.message])
    if (seen.has(key)) return []
    seen.add(key)
    return [violation]
  })
}

function readViolation(error: ErrorObject, document: unknown): Violation {
  const path = pathOfPointer(error.instancePath, document)
  const params = error.params as Readonly<Record<string, unknown>>
  const expected = expectation(error)
  // Errors below `propertyNames` carry the name and point at the object that holds it.
  if (error.propertyName !== undefined) {
    const rule =
      expected === undefined ? (error.message ?? 'is not allowed') : `must be ${expected}`
    return { path: [...path, error.propertyName], message: `is named wrongly: the name ${rule}` }
  }
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params.additionalProperty ?? params.unevaluatedProperty)
      return { path: [...path, key], message: 'is not known here', ...knownKeys(error, key) }
    }
    case 'required':
      return { path, message: `has no "${String(params.missingProperty)}"` }
    case 'type':
      return { path, message: `must be ${typesInWords(params.type)}, not ${kindOf(error.data)}` }
    case 'enum':
      return { path, message: `must be ${listInWords(params.allowedValues as unknown[])}` }
    case 'const':
      return { path, message: `must be ${JSON.stringify(params.allowedValue)}` }
    case 'discriminator':
      return { path: [...path, String(params.tag)], message: 'is missing or names no known kind' }
  }
  if (expected !== undefined) return { path, message: `must be ${expected}` }
  return { path, message: plainMessage(error) }
}

function plainMessage(error: ErrorObject): string {
  const limit = (error.params as { readonly limit?: number }).limit
  switch (error.keyword) {
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} entries`
    case 'false schema':
      return 'is not allowed here'
    default:
      return error.message ?? `breaks the rule "${error.keyword}"`
  }
}

function expectation(error: ErrorObject): string | undefined {
  const expected = (error.parentSchema as { readonly expected?: unknown } | undefined)?.expected
  return typeof expected === 'string' ? expected : undefined
}

function knownKeys(error: ErrorObject, key: string): { hint?: string } {
  const properties = (error.parentSchema as { readonly properties?: object } | undefined)
    ?.properties
  if (properties === undefined) return {}
  const known = Object.keys(properties).sort()
  const near = didYouMean(key, known)
  return { hint: `${near === undefined ? '' : `${near} `}Known are ${known.join(', ')}.` }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
}

function typesInWords(types: unknown): string {
  const words = [types].flat().map((type) => TYPE_WORDS[String(type)] ?? String(type))
  return orList(words)
}

function listInWords(values: readonly unknown[]): string {
  return orList(values.map((value) => JSON.stringify(value)))
}

function orList(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'boolean') return String(value)
  return TYPE_WORDS[typeof value] ?? typeof value
}
