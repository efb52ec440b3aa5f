import type { Milliseconds } from '@choirmaster/core/provide'
import { cleanLine } from './clean.js'
import { count } from './words.js'

export interface PingReply {
  readonly node: string
  /** From the broadcast to the answer. */
  readonly ms: Milliseconds
}

/** Column of the times, as `choria ping` has it: answers are printed before the longest name is known. */
const WIDTH = 40

export function replyLine({ node, ms }: PingReply): string {
  return `${cleanLine(node).padEnd(WIDTH)} time=${ms} ms`
}

/** Lines without ends. */
export function summaryLines(replies: readonly PingReply[]): readonly string[] {
  const { count: answered, min_ms, max_ms, average_ms } = pingObject(replies)
  if (answered === 0) return ['No node answered']
  const times = `min ${min_ms} ms, max ${max_ms} ms, average ${average_ms} ms`
  return ['', `${count(answered, 'node')} answered: ${times}`]
}

/** What is printed under `--json`; times are null when nobody answered. */
export function pingObject(replies: readonly PingReply[]) {
  const times = replies.map(({ ms }) => ms)
  const none = times.length === 0
  return {
    schema: 'choirmaster.ping/1',
    replies,
    count: times.length,
    min_ms: none ? null : times.reduce((a, b) => Math.min(a, b)),
    max_ms: none ? null : times.reduce((a, b) => Math.max(a, b)),
    average_ms: none ? null : Math.round(times.reduce((a, b) => a + b) / times.length),
  } as const
}

/** What to do when nobody answers. */
export const NOBODY = {
  real: 'Hint: see what is wrong with `choirmaster doctor`; -T names another collective.',
  simulated:
    'Hint: a simulated fleet has the nodes that its scenario lists under `fleet`, and those that were asked for.',
} as const
