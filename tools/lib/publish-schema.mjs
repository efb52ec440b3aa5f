/** @typedef {{ [key: string]: unknown }} Schema */

/** Dialect of all schemas. */
const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * A schema as it is published: without the annotation that only words our own messages, with the dialect.
 * @param {object} schema
 */
export function publishedSchema(schema) {
  const published = { $schema: DIALECT, .../** @type {Schema} */ (strip(schema)) }
  return `${JSON.stringify(published, undefined, 2)}\n`
}

/** @param {unknown} node @returns {unknown} */
function strip(node) {
  if (Array.isArray(node)) return node.map(strip)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(
    ([key, value]) => !(key === 'expected' && typeof value === 'string'),
  )
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'oneOf' ? byTitle(strip(value)) : strip(value)]),
  )
}

/**
 * Branches in the order of their titles: a module's exports, from which they may be made, have one order in
 * Node and another in a test runner.
 * @param {unknown} branches
 */
function byTitle(branches) {
  const titled = /** @type {{ title?: string }[]} */ (branches)
  return titled.toSorted(({ title: a = '' }, { title: b = '' }) => Number(a > b) - Number(a < b))
}

/**
 * A table of all keys that a schema describes, as Markdown.
 * @param {object} schema
 */
export function keyTable(schema) {
  const rows = rowsOf(/** @type {Schema} */ (schema), '')
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** @param {Schema} schema @param {string} prefix @returns {string[]} */
function rowsOf(schema, prefix) {
  return Object.entries(/** @type {Record<string, Schema>} */ (schema.properties ?? {})).flatMap(
    ([name, inner]) => {
      const key = `${prefix}${name}`
      if (inner.properties) return rowsOf(inner, `${key}.`)
      const fallback = inner.default === undefined ? '' : code(inner.default)
      return `| \`${key}\` | ${valueOf(inner)} | ${fallback} | ${String(inner.description)} |`
    },
  )
}

/** @param {Schema} schema @returns {string} */
function valueOf(schema) {
  if ('const' in schema) return code(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(code).join(', ')
  if (Array.isArray(schema.anyOf)) return 'name, or `use` and options'
  if (Array.isArray(schema.type)) {
    return schema.type.includes('integer') ? 'number or percentage' : 'duration'
  }
  const items = /** @type {Schema} */ (schema.items)
  if (schema.type === 'array' && items.type === 'object') return 'list, see below'
  if (schema.type === 'array') return `list of ${plural(items)}`
  return schema.type === 'boolean'
    ? '`true`, `false`'
    : schema.type === 'integer'
      ? 'number'
      : 'text'
}

/** @param {Schema} items */
function plural(items) {
  return Array.isArray(items.anyOf) ? 'names, or of `use` and options' : 'texts'
}

/** @param {unknown} value */
function code(value) {
  return `\`${String(value)}\``
}

/**
 * A page with the text between its two marks replaced.
 * @param {string} page @param {string} name @param {string} text
 */
export function withGenerated(page, name, text) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}
