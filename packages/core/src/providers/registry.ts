import { didYouMean } from '../errors/near-matches.js'
import { checkPlugin, checkProvider, type Exporter } from './check-plugin.js'
import { providerError } from './errors.js'
import type { Kind, Provider } from './provider.js'

/** A provider that is known by name and loaded when first asked for. */
export interface Registered {
  readonly kind: Kind
  readonly name: string
  readonly from: Exporter
  load(): Promise<unknown>
}

/** All providers that can be named, of this program and of plugins. */
export interface Registry {
  /** @throws CodedError `provider-duplicate` naming both packages. */
  add(entry: Registered): void
  /**
   * Adds what a plugin package exports by default.
   * @throws CodedError `plugin-invalid`, `plugin-contract`, `provider-duplicate`
   */
  addPlugin(exported: unknown, from: Exporter): void
  /** Names of a kind, sorted. */
  names(kind: Kind): readonly string[]
  /**
   * Loads a provider.
   * @param place where the name stands: `choirmaster.yaml:3:3`, `--catalog`.
   * @throws CodedError `provider-unknown` with near matches and all names; `plugin-invalid`
   */
  find<K extends Kind>(kind: K, name: string, place?: string): Promise<Found<K>>
}

/** A provider and who made it. */
export interface Found<K extends Kind = Kind> {
  readonly provider: Provider<K>
  readonly from: Exporter
}

export function createRegistry(): Registry {
  const entries = new Map<string, Registered>()
  const keyOf = (kind: Kind, name: string): string => `${kind}/${name}`

  const registry: Registry = {
    add(entry) {
      const key = keyOf(entry.kind, entry.name)
      const earlier = entries.get(key)
      if (earlier) throw duplicate(earlier, entry)
      entries.set(key, entry)
    },
    addPlugin(exported, from) {
      const plugin = checkPlugin(exported, from)
      for (const provider of plugin.providers) {
        const { kind, name } = provider
        registry.add({ kind, name, from, load: () => Promise.resolve(provider) })
      }
    },
    names(kind) {
      const all = [...entries.values()].filter((entry) => entry.kind === kind)
      return all.map((entry) => entry.name).sort()
    },
    async find<K extends Kind>(kind: K, name: string, place?: string): Promise<Found<K>> {
      const entry = entries.get(keyOf(kind, name))
      if (!entry) throw unknown(kind, name, registry.names(kind), place)
      const provider = checkProvider(await entry.load(), `${kind} ${name}`, entry.from)
      return { provider: provider as unknown as Provider<K>, from: entry.from }
    },
  }
  return registry
}

function duplicate(earlier: Registered, later: Registered): Error {
  const both =
    earlier.from.package === later.from.package
      ? `twice by ${later.from.package}`
      : `by ${earlier.from.package} and by ${later.from.package}`
  return providerError('provider-duplicate', {
    message: `The ${later.kind} ${later.name} is provided ${both}`,
    ...(later.from.place !== undefined && { place: later.from.place }),
  })
}

function unknown(kind: Kind, name: string, names: readonly string[], place?: string): Error {
  const list = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`
  const near = didYouMean(name, names)
  return providerError('provider-unknown', {
    message: `There is no ${kind} named ${JSON.stringify(name)}; ${list}`,
    ...(near !== undefined && { hint: near }),
    ...(place !== undefined && { place }),
  })
}
