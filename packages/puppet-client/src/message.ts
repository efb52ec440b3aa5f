import type { Answer, Head } from './client.js'
import { printable } from './printable.js'

/** What Puppet says in an answer that is no document. */
export interface PuppetMessage {
  /** Puppet's own text, safe to print; '' for none. */
  readonly text: string
  /** Puppet's kind of problem: `RESOURCE_NOT_FOUND`; absent in text answers. */
  readonly kind?: string
  /** Where in the manifests: `file`, `file:line` or `file:line:column`. */
  readonly place?: string
}

// Puppet 5 and later: (file: F, line: N, column: N), each part optional. 4.x: at F:N:N
const NEW_PLACE = /\(file: ([^)]+?)(?:, line: (\d+))?(?:, column: (\d+))?\)/
const OLD_PLACE = /\bat (\/[^\s:]+):(\d+)(?::(\d+))?/

function placeIn(text: string): string | undefined {
  const found = NEW_PLACE.exec(text) ?? OLD_PLACE.exec(text)
  return found?.slice(1).filter(Boolean).join(':')
}

function jsonMessage(text: string): { message: string; kind?: string } | undefined {
  try {
    const value = JSON.parse(text) as { message?: unknown; issue_kind?: unknown } | null
    if (typeof value?.message !== 'string') return undefined
    const kind = value.issue_kind
    return { message: value.message, ...(typeof kind === 'string' && { kind }) }
  } catch {
    return undefined
  }
}

/** Whether an answer says to be JSON. */
export function isJson(head: Head): boolean {
  return /^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(head.header('content-type'))
}

/** Whether an answer is a web page: Jetty's error page, or that of a proxy. */
export function isHtml(answer: Answer): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(answer.header('content-type'))
}

/** Reads Puppet's message out of an error answer: JSON, bare text, or the title of a page. */
export function puppetMessage(answer: Answer): PuppetMessage {
  const raw = new TextDecoder().decode(answer.bytes)
  const json = isJson(answer) ? jsonMessage(raw) : undefined
  const page = isHtml(answer) ? (/<title>([^<]*)<\/title>/i.exec(raw)?.[1] ?? '') : undefined
  const text = printable(json?.message ?? page ?? raw).replace(/^(?:Server Error|Not Found): /, '')
  const place = placeIn(text)
  return {
    text,
    ...(json?.kind !== undefined && { kind: json.kind }),
    ...(place !== undefined && { place }),
  }
}
