import type { Json } from '@choirmaster/core/provide'
import { isObject } from './setting.js'

const REDACTED = '[redacted]'

/** Keys that hold secrets, whatever their schema says. */
const SECRET_KEY = /pass(?:word|wd|phrase)|secret|token|credential|api_?-?key/i

/** `https://user:password@host` */
const PASSWORD_IN_URL = /(\/\/[^\s/:@]*):[^\s/@]*@/g

/** A part of an options schema, as far as it says what is secret: `writeOnly: true`. */
interface SchemaNode {
  readonly writeOnly?: boolean
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
}

/** A value as it may be printed. @param key that holds it */
export function redacted(value: Json, key: string, schema: SchemaNode = {}): Json {
  if (schema.writeOnly === true || SECRET_KEY.test(key)) return value === null ? null : REDACTED
  if (typeof value === 'string') return value.replace(PASSWORD_IN_URL, `$1:${REDACTED}@`)
  if (Array.isArray(value)) return value.map((item: Json) => redacted(item, '', schema.items))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      redacted(inner, name, schema.properties?.[name]),
    ]),
  )
}

/** Names of the options that hold a secret, or are one. @param schema of all options */
export function secretOptions(
  options: Readonly<Record<string, Json>>,
  schema: object,
): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const shown = redacted(value, name, schemaAt(schema, [name]))
    return JSON.stringify(shown) === JSON.stringify(value) ? [] : [name]
  })
}

/** The schema of what a path leads to, as far as the schema spells it out. */
export function schemaAt(schema: object, path: readonly string[]): SchemaNode {
  return path.reduce<SchemaNode>((node, step) => node.properties?.[step] ?? {}, schema)
}
