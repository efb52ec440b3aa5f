import {
  type AgentHost,
  type Call,
  type CatalogSource,
  type Choice,
  createRegistry,
  type Environment,
  type Host,
  type Json,
  jsonPath,
  prepareProviders,
  type Provider,
  type Ready,
  schema,
} from '@choirmaster/core'
import { addBuiltins } from '../plugins/builtins.js'
import { mergeEnvironments, type Part } from './merge-environments.js'

/** A source and its options beside its name. */
interface SourceOptions {
  readonly use: string
  readonly [option: string]: Json
}

export interface MergeOptions {
  readonly sources: readonly SourceOptions[]
}

interface Named {
  /** Its name, with its position where another source has the same. */
  readonly label: string
  readonly source: CatalogSource
}

/**
 * The catalog source `merge`: one graph of several. Built-in sources only, as options of a plugin's may be secret,
 * which is not seen where they lie within those of another.
 */
export const mergeCatalog: Provider<'catalog', MergeOptions> = {
  kind: 'catalog',
  name: 'merge',
  summary: 'several sources made one graph',
  options: schema<MergeOptions>({
    type: 'object',
    additionalProperties: false,
    required: ['sources'],
    properties: {
      sources: {
        type: 'array',
        minItems: 2,
        description: 'The sources, each with its name under `use` and its options beside it.',
        items: {
          type: 'object',
          required: ['use'],
          additionalProperties: true,
          properties: { use: { enum: ['file', 'puppet', 'puppetdb'] } },
        },
      },
    },
  }),
  open: openMerged,
}

async function openMerged(
  { sources }: MergeOptions,
  host: Host,
  call: Call,
): Promise<CatalogSource> {
  const all = await openAll(sources, host, call)
  let origins: ReadonlyMap<string, readonly string[]> = new Map()
  const merged = async (
    read: (source: CatalogSource) => Promise<Environment>,
  ): Promise<Environment> => {
    const parts: Part[] = []
    // One after the other, so that what each tells stands together.
    for (const { label, source } of all)
      parts.push({ source: label, environment: await read(source) })
    const result = mergeEnvironments(parts)
    origins = result.origins
    return result.environment
  }
  return {
    environment: (name, one) => merged((source) => source.environment(name, one)),
    ...(all.some(({ source }) => source.afterRun !== undefined) && {
      afterRun: (name: string | undefined, one: Call) =>
        merged((source) => source.afterRun?.(name, one) ?? source.environment(name, one)),
    }),
    findings: () => new Map(all.flatMap(({ source }) => [...(source.findings?.() ?? [])])),
    sourcesOf: (component) => origins.get(component) ?? [],
    async close() {
      for (const { source } of [...all].reverse()) await source.close?.()
    },
  }
}

async function openAll(
  sources: readonly SourceOptions[],
  host: Host,
  call: Call,
): Promise<readonly Named[]> {
  const registry = createRegistry()
  addBuiltins(registry)
  const choices = sources.map(({ use, ...options }, index): Choice<'catalog'> => {
    const place = jsonPath(['catalog', 'sources', index])
    const locate: Choice['locate'] = (path) => jsonPath(['catalog', 'sources', index, ...path])
    return { kind: 'catalog', name: use, options, place, locate }
  })
  const ready = await prepareProviders(registry, choices)
  const opened: Named[] = []
  for (const [index, { use }] of sources.entries()) {
    const isAlone = sources.filter((other) => other.use === use).length === 1
    const source = (await (ready[index] as Ready).open(host as AgentHost, call)) as CatalogSource
    opened.push({ label: isAlone ? use : `${use} ${index + 1}`, source })
  }
  return opened
}
