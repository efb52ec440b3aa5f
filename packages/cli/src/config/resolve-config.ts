import { KINDS, type Json, type Kind } from '@choirmaster/core'
import { withChoriaFlags } from './choria-flags.js'
import type { ConfigDocument } from './config.schema.js'
import { defaultTransport } from './default-transport.js'
import { defaultSettings } from './defaults.js'
import { engineOptions, type AskedOptions } from './engine-options.js'
import { fail } from './errors.js'
import { type FindChoria, onThisMachine } from './find-choria.js'
import { flagSettings, type ConfigFlags } from './flag-settings.js'
import { choicesOf, override, providerSettings, type ProviderChoice } from './providers.js'
import { checkConfig, readConfigFile, type ConfigFile } from './read-config-file.js'
import { flatten, locateIn, nest, type Setting } from './setting.js'

/** A plugin package that the configuration names. */
export interface PluginReference {
  /** A package name, or a path. */
  readonly specifier: string
  /** Absolute folder where its resolution starts. */
  readonly folder: string
  /** `choirmaster.yaml:9:5` */
  readonly place: string
}

/** The configuration in force. */
export interface ResolvedConfig {
  /** The file that was read, as it is shown; undefined: there was none. */
  readonly file: string | undefined
  /** The environment that was asked for; undefined: nobody named one. */
  readonly environment: string | undefined
  readonly color: 'auto' | 'always' | 'never'
  readonly plugins: readonly PluginReference[]
  /** Without what only the graph knows: the environment to enforce, and of how many nodes a percentage is. */
  readonly engine: AskedOptions
  /** Whether nodes are run in the environment of the graph. */
  readonly enforceEnvironment: boolean
  /** All providers that are chosen: at most one of a kind, but several reporters. */
  readonly choices: readonly ProviderChoice[]
  /** Every value in force with its origin. */
  readonly settings: readonly Setting[]
}

/**
 * Puts the configuration together: defaults, then the file, then flags, then `--set`.
 * @param choria asked where nothing says how nodes are reached
 * @throws CodedError `config-*`, `document-*`
 */
export async function resolveConfig(
  cwd: string,
  flags: ConfigFlags = {},
  choria: FindChoria = onThisMachine,
): Promise<ResolvedConfig> {
  const file = await readConfigFile(cwd, flags.config)
  const added = flagSettings(flags, cwd)
  const layers = [defaultSettings(), file ? fileSettings(file) : [], added]
  const named = withChoriaFlags(layers.reduce(override), flags, cwd)
  const isNamed = named.some(({ path }) => path.join('.') === 'transport.use')
  const settings = isNamed ? named : [await defaultTransport(named, choria), ...named]
  const plain = settings.filter(({ path }) => !isKind(path[0]))
  const values = nest(plain) as Json & ConfigDocument
  // Defaults and file are valid already: what is wrong now came from a flag.
  if (plain.some(({ layer }) => layer === 'flag')) {
    await checkConfig(values, (path) => locateIn(plain, path) ?? 'command line')
  }
  refuseBatchesInStream(values, plain)
  return {
    file: file?.name,
    environment: values.environment,
    color: values.color ?? 'auto',
    plugins: pluginsOf(values, settings, file),
    engine: engineOptions(values),
    enforceEnvironment: values.run?.enforce_environment ?? false,
    choices: choicesOf(settings, cwd, file),
    settings,
  }
}

/**
 * The providers that a command needs.
 * @throws CodedError `config-no-catalog`
 */
export function choicesFor(
  config: ResolvedConfig,
  kinds: readonly Kind[],
): readonly ProviderChoice[] {
  const chosen = config.choices.filter(({ kind }) => kinds.includes(kind))
  if (kinds.includes('catalog') && !chosen.some(({ kind }) => kind === 'catalog'))
    throw noCatalog(config)
  return chosen
}

/** @throws CodedError `config-conflict` */
function refuseBatchesInStream({ run = {} }: ConfigDocument, settings: readonly Setting[]): void {
  if (run.order !== 'stream' || run.batch === undefined) return
  throw fail('config-conflict', {
    message:
      'The order stream has no batches: each node begins as soon as its own producers are proven',
    place: locateIn(settings, ['run', 'batch']) ?? '--batch',
    hint: 'Leave `batch` out, or `order: stream`. How many nodes run at once is `width`, or --concurrency.',
  })
}

function fileSettings(file: ConfigFile): readonly Setting[] {
  const { schema: _version, ...rest } = file.value
  const plain = Object.entries(rest as Record<string, Json>).filter(
    ([key]) => !isKind(key) && key !== 'reporters',
  )
  const places = (path: readonly (string | number)[]): string => file.locate(path)
  return [...flatten(Object.fromEntries(plain), places), ...providerSettings(file)]
}

function pluginsOf(
  values: ConfigDocument,
  settings: readonly Setting[],
  file: ConfigFile | undefined,
): readonly PluginReference[] {
  if (!file) return []
  return (values.plugins ?? []).map((specifier, index) => ({
    specifier,
    folder: file.folder,
    place: locateIn(settings, ['plugins', index]) ?? file.name,
  }))
}

function noCatalog(config: ResolvedConfig): Error {
  return fail('config-no-catalog', {
    message: `Nothing says where the graph comes from. There is no default; sources are:
  file      a site file, YAML or JSON: any Puppet (--site FILE)
  puppet    the environment API of Puppet Server: Puppet 4.3 to 6 (--catalog puppet)
  puppetdb  components that nodes declared: Puppet 7, 8, OpenVox 8 (--catalog puppetdb)`,
    place: config.file ?? '--catalog',
  })
}

function isKind(key: string | undefined): boolean {
  return (KINDS as readonly string[]).includes(key ?? '')
}
