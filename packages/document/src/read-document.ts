import { fail } from './errors.js'
import { findJsonFlaw, type JsonFlaw } from './json-flaw.js'
import { jsonOffset } from './json-locate.js'
import { pathOf, type Path, type PathText } from './path.js'
import { placeOf, spotOf, within } from './place.js'
import { parseYaml } from './yaml-document.js'

/** `auto`: JSON when the name ends in `.json` or the text is JSON, else YAML. */
export type DocumentKind = 'yaml' | 'json' | 'auto'

export interface DocumentOptions {
  /** What places call it: `site.yaml`. */
  readonly name: string
  /** Default `auto`. */
  readonly kind?: DocumentKind
}

/** A document that was read, and where each part of it stands. */
export interface ReadDocument {
  /** Plain JSON values; null for an empty YAML text. A key `__proto__` is an ordinary own key. */
  readonly value: unknown
  /**
   * Where a member (its key) or an item stands: `site.yaml:3:5`. Of what is not there, its nearest ancestor.
   * @param path steps, a JSON path (`$.applications["Lamp[app1]"]`) or a JSON pointer.
   */
  locate(path: Path | PathText): string
}

/** 16 Mi UTF-16 units. The YAML parser takes half a second and 80 MB for each MB (measured), JSON.parse 15 ms and 5 MB. */
const LARGEST_YAML = 16 * 1024 * 1024

/**
 * Reads one YAML 1.2 or JSON document. A byte order mark and CRLF are tolerated; keys that are there twice, several
 * documents, unknown tags and aliases without bound are refused.
 * @throws CodedError `document-*` (exit 1) with line and column.
 */
export async function readDocument(text: string, options: DocumentOptions): Promise<ReadDocument> {
  const { name } = options
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  const kind = kindOf(body, options)
  if (kind !== 'yaml') {
    const parsed = tryJson(body)
    if (parsed !== undefined) {
      const flaw = findJsonFlaw(body)
      if (flaw !== undefined) throw flawError(flaw, body, name)
      return {
        value: parsed.value,
        locate: (path) => placeOf(name, body, jsonOffset(body, pathOf(path))),
      }
    }
    const flaw = kind === 'json' ? findJsonFlaw(body) : undefined
    if (flaw !== undefined) throw flawError(flaw, body, name)
  }
  if (body.length > LARGEST_YAML) {
    throw fail('document-too-large', {
      message: `${name} is YAML of ${megabytes(body.length)} MB; YAML is read up to ${megabytes(LARGEST_YAML)} MB`,
      place: name,
      hint: 'Give it as JSON, which is read at any size.',
    })
  }
  const { value, offset } = await parseYaml(body, name)
  return { value, locate: (path) => placeOf(name, body, offset(pathOf(path))) }
}

function kindOf(body: string, { name, kind = 'auto' }: DocumentOptions): DocumentKind {
  if (kind !== 'auto') return kind
  if (/\.json$/i.test(name)) return 'json'
  // All else that JSON allows at the top is YAML with the same meaning.
  return /^[ \t\r\n]*[[{]/.test(body) ? 'auto' : 'yaml'
}

/** JSON.parse gives no usable place, so its error is not kept. */
function tryJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function flawError(flaw: JsonFlaw, text: string, name: string): Error {
  const { excerpt } = spotOf(text, flaw.offset)
  const code = flaw.key === undefined ? 'document-syntax' : 'document-duplicate-key'
  const what =
    flaw.key === undefined ? `is not valid JSON: ${flaw.message}` : `holds ${flaw.message}`
  return fail(code, {
    message: `${name} ${what}${within(excerpt)}`,
    place: placeOf(name, text, flaw.offset),
  })
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}
