import { KINDS, type Json } from '@choirmaster/core'
import { configSchema } from './config.schema.js'
import { setting, type Setting, type SettingPath } from './setting.js'

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly default?: Json
}

/** The defaults that the schema names. */
export function defaultSettings(): readonly Setting[] {
  return defaultsIn(configSchema.json as SchemaNode, [])
}

function defaultsIn(node: SchemaNode, path: SettingPath): readonly Setting[] {
  if (node.default !== undefined) {
    // A provider's default is its name.
    const named = path.length === 1 && (KINDS as readonly string[]).includes(path[0] ?? '')
    return [setting(named ? [...path, 'use'] : path, node.default, 'default', 'default')]
  }
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) =>
    defaultsIn(inner, [...path, key]),
  )
}
