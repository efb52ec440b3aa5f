import type { Call, Moment } from '@choirmaster/core/provide'

/** A request, before it is signed. */
export interface Outgoing {
  /** Unique for each request, 32 hex digits: what v1 demands and v2 allows. */
  readonly id: string
  /** Agent that gets the body: `puppet`; `discovery` for a broadcast ping. */
  readonly agent: string
  /** Nodes without this agent stay silent. */
  readonly filterAgent: string
  readonly collective: string
  readonly body: string
  /** Subject that the servers answer to. */
  readonly replyTo: string
  /** When it is signed; servers take it while their clock is less than `ttl` away. */
  readonly time: Moment
  /** Seconds. */
  readonly ttl: number
}

/** A reply whose layers are sound; whether anybody waits for it is not known yet. */
export interface Received {
  /** Id of the request that it answers. */
  readonly request: string
  /** Choria's identity of the node. */
  readonly sender: string
  readonly agent: string
  /** The node's clock when it answered; NaN where it does not say. */
  readonly time: Moment
  /** The innermost text: RPC JSON, or `pong`. Old Ruby servers nest an object. */
  readonly body: unknown
}

/**
 * What spoils a message: it cannot be parsed or lacks a field; its hash is not that of its content; its signature
 * or the token that carries the signing key is not good.
 */
export type Flaw = 'malformed' | 'hash' | 'signature'

export type Decoded =
  | { readonly ok: true; readonly reply: Received }
  | { readonly ok: false; readonly flaw: Flaw; readonly detail: string }

/** One version of Choria's protocol, client side. */
export interface Wire {
  readonly version: 'v1' | 'v2'
  /**
   * The bytes to publish: signed once, the same to each node.
   * @throws CodedError when it cannot be signed.
   */
  encode(request: Outgoing, call: Call): Promise<Uint8Array>
  /** Reads what a server published. Never throws, whatever the bytes are. */
  decode(payload: Uint8Array): Decoded
}

export function flawed(flaw: Flaw, detail: string): Decoded {
  return { ok: false, flaw, detail }
}
