import type { Json } from '@choirmaster/core/provide'

/** Later layers override earlier ones. */
export type Layer = 'default' | 'file' | 'flag'

/** Keys from the top: `['run', 'limits', 'start']`, `['catalog', 'url']`. */
export type SettingPath = readonly string[]

/** One value in force and where it comes from. */
export interface Setting {
  readonly path: SettingPath
  readonly value: Json
  readonly layer: Layer
  /** `default`, `choirmaster.yaml:3:1`, `--batch`, `--set catalog.url`. */
  readonly origin: string
  /** Where a part of the value stands: an item of a list. */
  locate(rest: readonly (string | number)[]): string
}

/** A setting that has no place within: a default or a flag. */
export function setting(path: SettingPath, value: Json, layer: Layer, origin: string): Setting {
  return { path, value, layer, origin, locate: () => origin }
}

/** The settings with one more, which replaces what it contradicts: the same key, one above it, all below it. */
export function put(settings: readonly Setting[], added: Setting): readonly Setting[] {
  return [
    ...settings.filter(
      ({ path }) => !startsWith(path, added.path) && !startsWith(added.path, path),
    ),
    added,
  ]
}

/** Those below a key. */
export function below(settings: readonly Setting[], path: SettingPath): readonly Setting[] {
  return settings.filter((one) => startsWith(one.path, path))
}

/** The settings as one object, from `depth` steps down. Keys become own keys, `__proto__` too. */
export function nest(settings: readonly Setting[], depth = 0): Record<string, Json> {
  const groups = new Map<string, Setting[]>()
  for (const one of settings) {
    const key = one.path[depth]
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return Object.fromEntries(
    [...groups].map(([key, group]) => {
      const leaf = group.find(({ path }) => path.length === depth + 1)
      return [key, leaf === undefined ? nest(group, depth + 1) : leaf.value]
    }),
  )
}

/** Where a path stands: of the setting that holds it, else of the first one below it. */
export function locateIn(
  settings: readonly Setting[],
  path: readonly (string | number)[],
): string | undefined {
  const steps = path.map(String)
  const holder = settings.find((one) => startsWith(steps, one.path))
  if (holder) return holder.locate(path.slice(holder.path.length))
  return settings.find((one) => startsWith(one.path, steps))?.origin
}

/** A document's values, each with its place. Lists are values. */
export function flatten(
  value: Json,
  place: (path: readonly (string | number)[]) => string,
  path: SettingPath = [],
): readonly Setting[] {
  const entries = isObject(value) ? Object.entries(value) : []
  if (path.length > 0 && entries.length === 0) {
    const locate = (rest: readonly (string | number)[]): string => place([...path, ...rest])
    return [{ path, value, layer: 'file', origin: place(path), locate }]
  }
  return entries.flatMap(([key, inner]) => flatten(inner, place, [...path, key]))
}

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function startsWith(path: SettingPath, prefix: SettingPath): boolean {
  return prefix.length <= path.length && prefix.every((step, at) => path[at] === step)
}
