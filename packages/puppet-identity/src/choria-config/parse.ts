/** A value and where it was found: `file:line`, the name of an environment variable, `option NAME` or `default`. */
export interface Setting {
  readonly value: string
  readonly origin: string
}

/** Key, such as `plugin.choria.ssldir`, to its setting. */
export type Settings = ReadonlyMap<string, Setting>

/**
 * Parses a configuration file of Choria: `key = value`, trimmed, keys case-sensitive, `#` only at the start of a
 * line, no quotes, no sections, lines of another shape ignored, the last assignment wins
 * (go-choria config/util.go).
 * @param prefix what a file of plugin.d puts before its keys: `plugin.choria.` for choria.cfg.
 */
export function parseChoriaConfig(text: string, file: string, prefix = ''): Settings {
  const settings = new Map<string, Setting>()
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line.startsWith('#')) continue
    const equals = line.indexOf('=', 1)
    const value = line.slice(equals + 1).trim()
    if (equals < 0 || value === '') continue
    settings.set(prefix + line.slice(0, equals).trimEnd(), {
      value,
      origin: `${file}:${index + 1}`,
    })
  }
  return settings
}
