import type { Json } from '@choirmaster/core/provide'
import { isRecord, parseRecord, type JsonRecord } from './json.js'

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
 * Deeper data than this are no answer of an agent, and whoever walks them recursively would overflow its stack (at
 * some 7,000 levels). The deepest of the puppet agent are 5 levels (logs of a run).
 */
const DEEPEST = 500

/** Reads the body of an agent's reply; undefined for what is none. Never throws. */
export function readReplyBody(body: unknown): RpcReply | undefined {
  const reply = typeof body === 'string' ? parseRecord(body) : body
  if (!isRecord(reply)) return undefined
  const { statuscode: code, statusmsg: text } = reply
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return undefined
  const data = dataOf(reply['data'])
  // A level takes two characters at least: most bodies are too short to be deep.
  const short = typeof body === 'string' && body.length < 2 * DEEPEST
  if (!short && isDeeper(data, DEEPEST)) return undefined
  return { code, text: typeof text === 'string' ? text : '', data }
}

/** A Go server sends the string "{}" where an agent left its data empty. */
function dataOf(data: unknown): Json {
  return data === undefined || data === null || data === '{}' ? {} : (data as Json)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const name in value) {
    if (isDeeper((value as JsonRecord)[name], levels - 1)) return true
  }
  return false
}
