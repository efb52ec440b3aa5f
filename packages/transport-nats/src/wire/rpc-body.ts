import type { Json } from '@choirmaster/core/provide'
import { isRecord } from './json.js'

/** The body of a request to an agent: `{"agent":…,"action":…,"data":{…}}`. */
export function requestBody(
  agent: string,
  action: string,
  data: Readonly<Record<string, Json>>,
): string {
  return JSON.stringify({ agent, action, data })
}

/** Body of a broadcast ping: base64 of `ping`, since a server decodes what decodes (docs: a bare `ping` does). */
export const PING_BODY = 'cGluZw=='

/** What an agent answered. */
export interface RpcReply {
  /** 0 OK, 1 aborted or denied, 2 unknown action, 3 missing data, 4 invalid data, 5 unknown error. */
  readonly code: number
  readonly text: string
  readonly data: Json
}

/**
 * Deeper data than this are no answer of an agent, and whoever walks them recursively would overflow its stack.
 * The deepest of the puppet agent are 5 levels (logs of a run).
 */
const DEEPEST = 100

/** Reads the body of an agent's reply; undefined for what is none. Never throws. */
export function readReplyBody(body: unknown): RpcReply | undefined {
  const reply = parseShallow(body)
  if (!isRecord(reply)) return undefined
  const { statuscode: code, statusmsg: text } = reply
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return undefined
  return { code, text: typeof text === 'string' ? text : '', data: dataOf(reply['data']) }
}

/** A Go server sends the string "{}" where an agent left its data empty. */
function dataOf(data: unknown): Json {
  return data === undefined || data === null || data === '{}' ? {} : (data as Json)
}

/** @param body text, or what an old Ruby server nests as it is */
function parseShallow(body: unknown): unknown {
  try {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    if (depth(text) > DEEPEST) return undefined
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** How deep arrays and objects are nested in a JSON text. */
function depth(text: string): number {
  let deepest = 0
  let open = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) quoted = !quoted
    else if (quoted) index += code === BACKSLASH ? 1 : 0
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++open)
    else if (code === 0x5d || code === 0x7d) open--
  }
  return deepest
}
