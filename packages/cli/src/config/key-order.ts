import { configSchema } from './config.schema.js'

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

const ORDER = keysIn(configSchema.json)

/** Where a key such as `run.batch` or `catalog.url` stands when all are listed: as in the schema. */
export function keyRank(key: string): number {
  return ORDER.findIndex((one) => `${key}.`.startsWith(`${one}.`))
}

function keysIn({ properties = {} }: SchemaNode, prefix = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    // In the settings the reporters stand one by one: `reporter.html.path`.
    const key = name === 'reporters' ? 'reporter' : `${prefix}${name}`
    return node.properties ? keysIn(node, `${key}.`) : [key]
  })
}
