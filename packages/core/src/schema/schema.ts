/** A JSON Schema (draft 2020-12 subset that ajv understands) together with the type that it describes. */
export interface Schema<T> {
  readonly json: object
  /** Never there at run time: carries the type. */
  readonly '~type'?: T
}

/** @example const options = schema<{ url?: string }>({ type: 'object', properties: { url: { type: 'string' } } }) */
export function schema<T>(json: object): Schema<T> {
  return { json }
}
