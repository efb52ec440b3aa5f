import type { Answer, Json, SilenceReason } from '@choirmaster/core/provide'
import type { Tally } from '../req/ask-nodes.js'
import { clean, cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { duration } from './time.js'
import { count } from './words.js'

type Reply = Extract<Answer, { kind: 'reply' }>

/** Statuscodes of Choria's RPC. */
const CODES: Readonly<Record<number, string>> = {
  0: 'OK',
  1: 'aborted',
  2: 'unknown action',
  3: 'missing data',
  4: 'invalid data',
  5: 'failed',
}

/** One reply as it came: node, what became of the request there, and the data, a line a value. Lines without ends. */
export function* replyText(reply: Reply, { good, bad }: Colours): Generator<string> {
  const { node, code, text, data } = reply
  const said = code === 0 && text === 'OK' ? '' : `, ${cleanLine(text)}`
  yield `${cleanLine(node)}: ${code === 0 ? good(codeText(code)) : bad(codeText(code))}${said}`
  const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data)
  const entries = isRecord ? Object.entries(data as Readonly<Record<string, Json>>) : []
  if (!isRecord && data !== null) yield* valueLines('data', data)
  for (const [key, value] of entries) yield* valueLines(key, value)
}

function* valueLines(key: string, value: Json): Generator<string> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const [first = '', ...rest] = clean(text).split('\n')
  yield `    ${cleanLine(key)}: ${first}`
  for (const line of rest) yield `      ${line}`
}

/** Who did not answer and why, then how many did. Lines without ends. */
export function* tallyText(tally: Tally, changes: boolean, { bad }: Colours): Generator<string> {
  const { asked, codes, silent, took } = tally
  if (silent.length > 0) {
    yield ''
    yield bad('No answer:')
    const width = Math.max(...silent.slice(0, 1000).map(({ node }) => node.length))
    for (const { node, why } of silent) {
      yield `  ${cleanLine(node).padEnd(width)}  ${silenceText(why, changes)}`
    }
  }
  yield ''
  const parts = [...codes].sort(([a], [b]) => a - b).map(([code, n]) => `${n} ${codeText(code)}`)
  if (silent.length > 0) parts.push(`${silent.length} without answer`)
  yield `${count(asked, 'node')} asked: ${parts.join(', ')}, in ${took < 1000 ? `${took} ms` : duration(took)}`
}

/** What a silence means. @param changes whether the request may have changed the node */
function silenceText(why: SilenceReason, changes: boolean): string {
  switch (why) {
    case 'not-sent':
      return 'the request was not sent: no connection to the broker, or the broker refused it'
    case 'not-connected':
      return 'not connected: no choria-server listens under this name'
    case 'no-reply':
      return `no reply in time: no such agent there, clocks that differ, a node that is busy${changes ? '; it may be done all the same' : ''}`
  }
}

function codeText(code: number): string {
  return `${CODES[code] ?? 'status'}${code === 0 ? '' : ` (${code})`}`
}
