import type { Json } from '@choirmaster/core/provide'
import { type JsonObject, field, isObject, isWhole } from '../values.js'

/** Reads fields of a reply leniently where they are absent and strictly where they are of a wrong type. */
export interface Reader {
  /** A number of things; null: absent, or the DDL default -1. */
  count(of: JsonObject, key: string): number | null
  /** Seconds, a float; null: absent. */
  seconds(of: JsonObject, key: string): number | null
  /** A name or version, numbers as text; null: absent. */
  text(of: JsonObject, key: string): string | null
  /** A section of the summary; empty where Puppet left it out. */
  section(of: JsonObject, key: string): JsonObject
  /** Whether nothing of a wrong type was met. */
  isSound(): boolean
}

/** Longest name or version that is kept, in characters; a config_version is what a site's script prints. */
const LONGEST_NAME = 200

export function reader(): Reader {
  let sound = true
  const read = <T>(of: JsonObject, key: string, take: (value: Json) => T | undefined): T | null => {
    const value = field(of, key)
    if (value === undefined || value === null) return null
    const taken = take(value)
    if (taken === undefined) sound = false
    return taken ?? null
  }
  return {
    count: (of, key) => {
      const count = read(of, key, (value) => (isWhole(value) && value >= -1 ? value : undefined))
      return count === -1 ? null : count
    },
    seconds: (of, key) => read(of, key, (value) => (typeof value === 'number' ? value : undefined)),
    text: (of, key) =>
      read(of, key, (value) =>
        typeof value === 'string' || typeof value === 'number'
          ? String(value).slice(0, LONGEST_NAME)
          : undefined,
      ),
    section: (of, key) => read(of, key, (value) => (isObject(value) ? value : undefined)) ?? {},
    isSound: () => sound,
  }
}
