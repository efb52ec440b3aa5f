import type { Json, Kind, Registry } from '@choirmaster/core'
import { keyRank } from './key-order.js'
import type { ProviderChoice } from './providers.js'
import { redacted, schemaAt } from './redact.js'
import type { ResolvedConfig } from './resolve-config.js'
import type { Setting } from './setting.js'

/** One value in force, as `choirmaster config` prints it. */
export interface ConfigRow {
  /** `run.batch`, `catalog.url`, as `--set` names it. */
  readonly key: string
  /** Secrets are redacted. */
  readonly value: Json
  /** `default`, `choirmaster.yaml:3:1`, `--batch`, `--set catalog.url`. */
  readonly origin: string
}

/**
 * Every value in force and where it comes from, the defaults of the chosen providers included.
 * @throws CodedError `provider-unknown` for a provider that is not there
 */
export async function explainConfig(
  config: ResolvedConfig,
  registry: Registry,
): Promise<readonly ConfigRow[]> {
  const schemas = new Map<ProviderChoice, object>()
  for (const choice of config.choices) {
    const { provider } = await registry.find(choice.kind, choice.name, choice.place)
    schemas.set(choice, provider.options.json)
  }
  const rows = config.settings.map((setting) => rowOf(setting, config.choices, schemas))
  const known = new Set(rows.map(({ key }) => key))
  const defaults = [...schemas].flatMap(([choice, schema]) => defaultRows(choice, schema))
  const unset = UNSET.map((key) => ({ key, value: null, origin: 'default' }))
  const others = [...defaults, ...unset].filter(({ key }) => !known.has(key))
  return [...rows, ...others].toSorted((a, b) => keyRank(a.key) - keyRank(b.key))
}

/** Keys whose absence is worth a row. */
const UNSET = ['environment', 'catalog.use', 'run.batch', 'run.canary', 'run.failures.max']

function rowOf(
  { path, value, origin }: Setting,
  choices: readonly ProviderChoice[],
  schemas: ReadonlyMap<ProviderChoice, object>,
): ConfigRow {
  const choice = choices.find((one) => prefixOf(one).every((step, at) => path[at] === step))
  const key = path.join('.')
  if (!choice) return { key, value, origin }
  const option = path.slice(prefixOf(choice).length)
  const schema = schemaAt(schemas.get(choice) ?? {}, option)
  return { key, value: redacted(value, option.join('.'), schema), origin }
}

/** What a provider's own schema names as defaults. */
function defaultRows(choice: ProviderChoice, schema: object): readonly ConfigRow[] {
  const { properties = {} } = schema as {
    properties?: Readonly<Record<string, { default?: Json }>>
  }
  return Object.entries(properties).flatMap(([name, { default: value }]) =>
    value === undefined
      ? []
      : { key: [...prefixOf(choice), name].join('.'), value, origin: 'default' },
  )
}

function prefixOf({ kind, name }: { kind: Kind; name: string }): readonly string[] {
  return kind === 'reporter' ? [kind, name] : [kind]
}
