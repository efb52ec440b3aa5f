import type { Milliseconds, Moment } from '../ports/clock.js'
import type { Call, Closable, Json, Nodes, Stream } from './common.js'

/** One MCollective RPC request to named nodes. */
export interface RpcRequest {
  readonly agent: string
  readonly action: string
  readonly data: Readonly<Record<string, Json>>
  readonly nodes: Nodes
  /** How long to wait for replies after the request was sent. */
  readonly timeoutMs: Milliseconds
  /** Whether it changes anything on the node: signed with the smallest ttl, never buffered across a reconnect. */
  readonly changes: boolean
  /**
   * A question that nodes whose clocks are hours off shall take too: signed for a day, in which somebody who caught it
   * may have it answered again. Nothing for changes.
   */
  readonly anyClock?: boolean
}

/**
 * Why nobody answered. `not-sent`: the request never left. `not-connected`: nobody was listening; before the
 * first lock that proves that nothing happened, later it is silence too (a reconnecting server is away for 20 s).
 * `no-reply` proves nothing.
 */
export type SilenceReason = 'not-sent' | 'not-connected' | 'no-reply'

export type Answer = { readonly node: string } & (
  | { readonly kind: 'reply'; readonly code: number; readonly text: string; readonly data: Json }
  | { readonly kind: 'silence'; readonly why: SilenceReason }
)

export interface Transport extends Closable {
  /** Who we are to the nodes, as their logs and policies name us: `choria=deploy.mcollective`. */
  readonly caller: string
  /** How long after signing a request may still start on a node: 2 x ttl (promises, S16). */
  readonly openFor: Milliseconds
  /** When the certificate or token ends that we are known by; absent: never, or it is not known. */
  readonly validUntil?: Moment
  /**
   * Sends the request and yields an answer for each node exactly once, in the order of arrival; ends when all
   * nodes have answered or the time is up. What comes later is a notice.
   */
  request(request: RpcRequest, call: Call): Stream<Answer>
  /**
   * Connects to a TCP port of the node and hangs up; rejects with the reason when it cannot. Absent: nodes are
   * machines of the network that their certnames lead to.
   */
  connect?(node: string, port: number, call: Call): Promise<void>
  /** Names of the nodes that run this agent, as they answer a broadcast. Absent: the transport cannot ask everybody. */
  discover?(agent: string, call: Call): Stream<string>
}
