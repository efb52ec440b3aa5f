import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Schema } from './schema.js'
import { InternalError } from '../errors/internal-error.js'
import { readViolations, type Violation } from './violations.js'

/** Checks values against JSON Schemas (draft 2020-12). It changes no value: defaults are not filled in. */
export interface Validator {
  /** Stops at the first violation: the quick question for big documents. */
  isValid(schema: Schema<unknown>, value: unknown): boolean
  /** Every violation, in the order of the schema. Costs memory for each: ask `isValid` first where there may be a million. */
  violations(schema: Schema<unknown>, value: unknown): Violation[]
}

/**
 * Annotation in a schema, beside `pattern`, `not` or a union: what the value must be, as the end of "must be …".
 * @example { type: 'string', pattern: '^[A-Z]', expected: 'a name that starts with a capital letter' }
 */
const EXPECTED = 'expected'

let loading: Promise<Validator> | undefined

/** The validator; loads ajv when first asked for (70 ms), so that what never validates does not pay. */
export function loadValidator(): Promise<Validator> {
  loading ??= import('ajv/dist/2020.js').then(({ Ajv2020 }) => validatorOf(Ajv2020))
  return loading
}

function validatorOf(Ajv: typeof Ajv2020): Validator {
  const shared = {
    // The meta schema would cost another 45 ms; our schemas and those of plugins are checked by tests.
    meta: false,
    validateSchema: false,
    allowUnionTypes: true,
    discriminator: true,
    // `required` in one branch of a union names properties that its parent declares.
    strictRequired: false,
    strictTypes: false,
    keywords: [EXPECTED],
  }
  const first = compiler(new Ajv({ ...shared, allErrors: false }))
  const all = compiler(new Ajv({ ...shared, allErrors: true, verbose: true }))
  return {
    isValid: (schema, value) => first(schema)(value),
    violations(schema, value) {
      const validate = all(schema)
      if (validate(value)) return []
      return readViolations((validate.errors ?? []) as ErrorObject[], value)
    },
  }
}

/** Compiles a schema when first used. */
function compiler(ajv: Ajv2020): (schema: Schema<unknown>) => ValidateFunction {
  const compiled = new WeakMap<object, ValidateFunction>()
  return ({ json }) => {
    const known = compiled.get(json)
    if (known) return known
    try {
      const fresh = ajv.compile(json)
      compiled.set(json, fresh)
      return fresh
    } catch (cause) {
      throw new InternalError(`A schema cannot be used: ${(cause as Error).message}`)
    }
  }
}
