import type { Row } from '@choirmaster/puppet-client'

/** What a compiled catalog says of its node. */
export interface CompiledNode {
  readonly certname: string
  /** The one that it was compiled in: another than was asked for where a classifier says so. */
  readonly environment: string
  /** Its components, as PuppetDB would answer them. */
  readonly rows: readonly Row[]
}

const isRecord = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads the answer to a compilation: `{catalog: {environment, resources: [{type, title, parameters, exported, file,
 * line}]}}`; parameters that are left out are stored with their defaults.
 * @returns undefined for what is no catalog.
 */
export function readCatalog(
  answer: unknown,
  certname: string,
  type: string,
): CompiledNode | undefined {
  const catalog = isRecord(answer) ? answer['catalog'] : undefined
  if (!isRecord(catalog)) return undefined
  const { environment, resources } = catalog
  if (typeof environment !== 'string' || !Array.isArray(resources)) return undefined
  const rows = (resources as unknown[])
    .filter((resource): resource is Row => isRecord(resource) && resource['type'] === type)
    .map(({ title, parameters = {}, exported, file, line }) => ({
      certname,
      title,
      parameters,
      exported,
      file,
      line,
    }))
  return { certname, environment, rows }
}
