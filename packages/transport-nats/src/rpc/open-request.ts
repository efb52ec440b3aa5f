import type { Answer, SilenceReason } from '@choirmaster/core/provide'
import { readReplyBody } from '../wire/rpc-body.js'
import type { Received } from '../wire/wire.js'
import { outbox } from './outbox.js'
import type { StrayKind } from './strays.js'

/** Somebody who waits for replies to one request. */
export interface Waiting {
  /** Takes a reply, or says what kind of stray it is. */
  reply(received: Received): StrayKind | undefined
  /** Nobody listens to the subject that carries this number. */
  noResponders(number: number): void
  /** Whether this node has not answered yet. */
  awaits(node: string): boolean
  /** The broker refused to take the request to this node. */
  denied(node: string): void
}

/** A request to named nodes while its answers come in: each node's answer is yielded once, the first that counts. */
export interface OpenRequest extends Waiting {
  readonly answers: AsyncIterable<Answer>
  /** All nodes from this number on that have not answered stay silent; the answers end when no node is left. */
  silence(from: number, why: SilenceReason): void
  fail(error: unknown): void
}

/** @param nodes each once; a node's number is its place */
export function openRequest(nodes: readonly string[], agent: string): OpenRequest {
  const answers = outbox<Answer>()
  const asked = new Set(nodes)
  const awaited = new Set(nodes)

  const settle = (answer: Answer): void => {
    awaited.delete(answer.node)
    answers.push(answer)
    if (awaited.size === 0) answers.end()
  }
  const silent = (node: string | undefined, why: SilenceReason): void => {
    if (node !== undefined && awaited.has(node)) settle({ node, kind: 'silence', why })
  }
  return {
    answers,
    reply({ sender, agent: from, body }) {
      if (!awaited.has(sender)) return asked.has(sender) ? 'repeated' : 'foreign'
      if (from !== agent) return 'wrong-agent'
      const reply = readReplyBody(body)
      if (reply === undefined) return 'malformed'
      settle({ node: sender, kind: 'reply', ...reply })
      return undefined
    },
    noResponders: (number) => silent(nodes[number], 'not-connected'),
    awaits: (node) => awaited.has(node),
    denied: (node) => silent(node, 'not-sent'),
    silence(from, why) {
      for (let number = from; number < nodes.length; number++) silent(nodes[number], why)
    },
    fail: (error) => answers.fail(error),
  }
}
