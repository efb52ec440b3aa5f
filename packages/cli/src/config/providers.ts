import { KINDS, type Choice, type Json, type Kind } from '@choirmaster/core'
import { fail } from './errors.js'
import type { ConfigFile } from './read-config-file.js'
import { below, flatten, locateIn, nest, put, setting, type Setting } from './setting.js'

/** A provider that is named in the configuration, and where relative paths in its options start. */
export interface ProviderChoice<K extends Kind = Kind> extends Choice<K> {
  /** Absolute. */
  readonly baseDir: string
}

/** Reporters may be several, so their name is a step of the path: `reporter.html.path`. */
const SINGLE = KINDS.filter((kind) => kind !== 'reporter')

/** What the file says about providers, in the one shape `KIND.use` and `KIND.OPTION`. */
export function providerSettings(file: ConfigFile): readonly Setting[] {
  const single = SINGLE.flatMap((kind) => {
    const value = file.value[kind as keyof typeof file.value] as Json | undefined
    return value === undefined ? [] : section(file, [kind], value, [kind])
  })
  const named = new Set<string>()
  const reporters = (file.value.reporters ?? []).flatMap((value, index) => {
    const name = typeof value === 'string' ? value : (value.use ?? '')
    if (named.has(name)) throw reporterTwice(name, file.locate(['reporters', index]))
    named.add(name)
    return section(file, ['reporter', name], value, ['reporters', index])
  })
  return [...single, ...reporters]
}

function reporterTwice(name: string, place: string): Error {
  return fail('config-invalid', { message: `The reporter ${name} is there twice`, place })
}

/** @param path in the settings. @param place in the file */
function section(
  file: ConfigFile,
  path: readonly string[],
  value: Json,
  place: readonly (string | number)[],
): readonly Setting[] {
  const origin = file.locate(place)
  if (typeof value === 'string') return [setting([...path, 'use'], value, 'file', origin)]
  const locate = (inner: readonly (string | number)[]): string =>
    file.locate([...place, ...inner.slice(path.length)])
  return flatten(value, locate, path)
}

/**
 * Adds settings of a higher layer. One that names another provider drops the options of the one before;
 * `--site` drops them always, as it says all there is to say.
 */
export function override(
  settings: readonly Setting[],
  added: readonly Setting[],
): readonly Setting[] {
  return added.reduce((all, one) => {
    const [kind = ''] = one.path
    const names = one.path.length === 2 && one.path[1] === 'use' && kind !== 'reporter'
    const current = nameOf(all, [kind])
    const replaces = names && (one.origin === '--site' || (current && current.value !== one.value))
    const kept = replaces ? all.filter(({ path }) => path[0] !== kind) : all
    return put(kept, one)
  }, settings)
}

/** The providers that are chosen, reporters in the order of the file. */
export function choicesOf(
  settings: readonly Setting[],
  cwd: string,
  file?: ConfigFile,
): readonly ProviderChoice[] {
  const reporters = new Set(below(settings, ['reporter']).map(({ path }) => path[1] ?? ''))
  const paths: readonly [Kind, readonly string[]][] = [
    ...SINGLE.map((kind): [Kind, readonly string[]] => [kind, [kind]]),
    ...[...reporters].map((name): [Kind, readonly string[]] => ['reporter', ['reporter', name]]),
  ]
  return paths.flatMap(([kind, path]) => {
    const own = below(settings, path)
    const use = nameOf(own, path)
    const name = use?.value ?? path[1]
    if (name === undefined) return []
    const options = own.filter((one) => one !== use)
    const place = use?.origin ?? own[0]?.origin ?? 'default'
    return {
      kind,
      name: String(name),
      options: nest(options, path.length),
      place,
      locate: (inner) => (inner.length > 0 && locateIn(options, [...path, ...inner])) || place,
      baseDir: file && own.some(({ layer }) => layer === 'file') ? file.folder : cwd,
    }
  })
}

function nameOf(settings: readonly Setting[], path: readonly string[]): Setting | undefined {
  const use = [...path, 'use'].join('.')
  return settings.find((one) => one.path.join('.') === use)
}
