import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { keyTable, publishedSchema, withGenerated } from './publish-schema.mjs'

const docs = new URL('../../docs/', import.meta.url)
/** The plugin that a test packs, installs and uses: so what the docs show works. */
const plugin = '../packages/cli/test/fixtures/choirmaster-catalog-csv/index.js'

/**
 * Every file under docs/ that follows from the code, by path, with the text that it must have.
 * @param {Record<'config' | 'site' | 'scenario', object>} schemas
 * @returns {Promise<Map<string, string>>}
 */
export async function schemaDocs(schemas) {
  const published = Object.entries(schemas).map(([name, schema]) =>
    formatted(`schemas/${name}.schema.json`, publishedSchema(schema)),
  )
  const code = `\`\`\`js\n${read(plugin).trimEnd()}\n\`\`\``
  const pages = [
    formatted(
      'configuration.md',
      withGenerated(read('configuration.md'), 'keys', keyTable(schemas.config)),
    ),
    formatted('plugins.md', withGenerated(read('plugins.md'), 'plugin', code)),
  ]
  return new Map(await Promise.all([...published, ...pages]))
}

/** @param {string} name @param {string} text @returns {Promise<[string, string]>} */
async function formatted(name, text) {
  const path = fileURLToPath(new URL(name, docs))
  return [path, await format(text, { ...(await resolveConfig(path)), filepath: path })]
}

/** @param {string} name */
function read(name) {
  return readFileSync(new URL(name, docs), 'utf8')
}
