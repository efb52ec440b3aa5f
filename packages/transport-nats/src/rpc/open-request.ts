import type { Answer, SilenceReason } from '@choirmaster/core/provide'
import { readReplyBody } from '../wire/rpc-body.js'
import type { Received } from '../wire/wire.js'
import { outbox, type Outbox } from './outbox.js'
import type { ReplyNumbers } from './reply-numbers.js'
import type { StrayKind } from './strays.js'

/** Somebody who waits for replies to one request. */
export interface Waiting {
  /** Takes a reply, or says what kind of stray it is. */
  reply(received: Received): StrayKind | undefined
  /** Nobody listens where the reply subject with this last part was given. */
  noResponders(suffix: string): void
  /** Whether this node has not answered yet. */
  awaits(node: string): boolean
  /** The broker refused to take the request to this node. */
  denied(node: string): void
}

/** A request to named nodes while its answers come in: each node's answer is yielded once, the first that counts. */
export interface OpenRequest extends Waiting {
  readonly answers: Outbox<Answer>
  /** All nodes from this number on that have not answered stay silent; the answers end when no node is left. */
  silence(from: number, why: SilenceReason): void
}

/**
 * @param nodes each once; a node's number is its place
 * @param replies the subjects that the broker says on that a node is not connected
 * @param ended called once, when all have answered or the answers were given up
 */
export function openRequest(
  nodes: readonly string[],
  agent: string,
  replies: Pick<ReplyNumbers, 'numberOf'>,
  ended: () => void = () => {},
): OpenRequest {
  const answers = outbox<Answer>(ended)
  const numbers = new Map<string, number>()
  // Not of pairs: 50,000 of them take three times as long as the map.
  for (let number = 0; number < nodes.length; number++) numbers.set(nodes[number] as string, number)
  // One byte a node, not a second set of names: this is looked at for each of 50,000 replies.
  const answered = new Uint8Array(nodes.length)
  let left = nodes.length

  const settle = (number: number, answer: Answer): void => {
    answered[number] = 1
    answers.push(answer)
    if (--left === 0) answers.end()
  }
  const silent = (number: number | undefined, why: SilenceReason): void => {
    const node = number === undefined ? undefined : nodes[number]
    if (number === undefined || node === undefined || answered[number] === 1) return
    settle(number, { node, kind: 'silence', why })
  }
  return {
    answers,
    reply({ sender, agent: from, body }) {
      const number = numbers.get(sender)
      if (number === undefined) return 'foreign'
      if (answered[number] === 1) return 'repeated'
      if (from !== agent) return 'wrong-agent'
      const reply = readReplyBody(body)
      if (reply === undefined) return 'malformed'
      // Its own name for it, so that the text that came in can be let go.
      const node = nodes[number] as string
      const { code, text, data } = reply
      settle(number, { node, kind: 'reply', code, text, data })
      return undefined
    },
    noResponders: (suffix) => silent(replies.numberOf(suffix), 'not-connected'),
    awaits: (node) => answered[numbers.get(node) ?? -1] === 0,
    denied: (node) => silent(numbers.get(node), 'not-sent'),
    silence(from, why) {
      for (let number = from; number < nodes.length; number++) silent(number, why)
    },
  }
}
