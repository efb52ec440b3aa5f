import type { Document, ErrorCode, Node } from 'yaml'
import type { Path } from './path.js'
import { fail } from './errors.js'
import { placeOf, spotOf, within } from './place.js'
import { tooDeepAt } from './yaml-depth.js'

type Yaml = typeof import('yaml')

/**
 * Uses of one anchor, times the aliases within it. The parser's default of 100 refuses a list of capabilities that
 * 200 nodes share; this still bounds what a document can grow to.
 */
const MAX_ALIASES = 10_000

/** Tags of what JSON can hold too. */
const PLAIN_TAGS = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq))$/

/** The parser says only "Missing , or :", which does not tell what is wrong with `[Sql[app1]]`. */
const BRACKET_HINT =
  'Within [ ] or { } a name that itself holds brackets or a comma must be in quotes: ["Sql[app1]"].'

export interface ParsedYaml {
  readonly value: unknown
  offset(path: Path): number
}

/**
 * Parses one YAML 1.2 document; an empty text is null.
 * @throws CodedError `document-*` with line and column.
 */
export async function parseYaml(text: string, name: string): Promise<ParsedYaml> {
  const deep = tooDeepAt(text)
  if (deep !== undefined) throw tooDeep(name, placeOf(name, text, deep))
  // 70 ms of start-up, so only when there is YAML to read.
  const yaml = await import('yaml')
  try {
    const document = yaml.parseDocument(text, { stringKeys: true, prettyErrors: false })
    refuseErrors(document, text, name)
    if (/[&*!]/.test(text)) refuseOddNodes(yaml, document, text, name)
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { value, offset: (path) => yamlOffset(yaml, document, path) }
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(name, name)
    // The parser's only other throw, and the only way in which it says so.
    if (error instanceof ReferenceError) {
      const message = `${name}: its aliases stand for far more values than it holds`
      throw fail('document-alias', { message, place: name, cause: error })
    }
    throw error
  }
}

function tooDeep(name: string, place: string): Error {
  return fail('document-too-deep', { message: `${name} is nested too deeply`, place })
}

function refuseErrors(document: Document, text: string, name: string): void {
  const first = document.errors[0] ?? document.warnings[0]
  if (first === undefined) return
  const offset = first.pos[0]
  const place = placeOf(name, text, offset)
  const { excerpt } = spotOf(text, offset)
  switch (first.code) {
    case 'MULTIPLE_DOCS':
      throw fail('document-several', {
        message: `${name} holds more than one YAML document; the second starts here`,
        place,
      })
    case 'DUPLICATE_KEY':
      throw fail('document-duplicate-key', {
        message: `The key in "${excerpt}" is there twice in its mapping`,
        place,
      })
    case 'TAG_RESOLVE_FAILED':
      throw fail('document-tag', { message: `${first.message}${within(excerpt)}`, place })
    case 'RESOURCE_EXHAUSTION':
      throw tooDeep(name, place)
    default:
      throw fail('document-syntax', {
        message: `${name} is not valid YAML: ${first.message}${within(excerpt)}`,
        place,
        ...hintFor(first.code, excerpt),
      })
  }
}

function hintFor(code: ErrorCode, excerpt: string): { hint?: string } {
  if (code === 'TAB_AS_INDENT') return { hint: 'Indent with blanks instead of tabs.' }
  const nested = /[[{,]\s*[\w:]+\[/.test(excerpt)
  return nested && code !== 'BLOCK_AS_IMPLICIT_KEY' ? { hint: BRACKET_HINT } : {}
}

/** Tags beyond JSON; aliases that point nowhere, into themselves, or multiply beyond bound. */
function refuseOddNodes(yaml: Yaml, document: Document, text: string, name: string): void {
  const at = (node: Node): string => placeOf(name, text, node.range?.[0] ?? 0)
  yaml.visit(document, {
    Node: (_key, node) => {
      if (node.tag === undefined || PLAIN_TAGS.test(node.tag)) return
      throw fail('document-tag', {
        message: `${name}: the tag ${node.tag} is not understood`,
        place: at(node),
      })
    },
    Alias: (_key, alias) => {
      const target = alias.resolve(document)
      const range = target?.range
      if (target === undefined || !range) {
        throw fail('document-alias', {
          message: `${name}: *${alias.source} points to no anchor before it`,
          place: at(alias),
          hint: 'Put a value that starts with * in quotes, or set the anchor with & before it.',
        })
      }
      const start = alias.range?.[0] ?? 0
      if (range[0] <= start && start < range[2]) {
        throw fail('document-alias', {
          message: `${name}: *${alias.source} contains itself`,
          place: at(alias),
        })
      }
    },
  })
}

/** Offset of the member or item that `path` names, or of its nearest ancestor that is there. */
function yamlOffset(yaml: Yaml, document: Document, path: Path): number {
  let node: unknown = document.contents
  let found = (yaml.isNode(node) ? node.range?.[0] : undefined) ?? 0
  for (const step of path) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair = node.items.find(
        (one) => yaml.isScalar(one.key) && String(one.key.value) === String(step),
      )
      if (pair === undefined) return found
      found = (yaml.isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? found
      node = pair.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(step)]
      if (!yaml.isNode(node)) return found
      found = node.range?.[0] ?? found
    } else {
      return found
    }
  }
  return found
}
