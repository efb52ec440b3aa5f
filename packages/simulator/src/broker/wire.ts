import type { Milliseconds, Moment } from '@choirmaster/core/provide'
import type { DropReason } from '../fleet/fleet-log.js'
import type { Damage } from '../fleet/treatment.js'
import type { Filter } from './filter.js'

/**
 * The server's side of Choria's protocol, written from its own reading of the protocol and not from transport-nats:
 * that the two understand each other is a test of both.
 */
export interface ServerWire {
  readonly version: 'v1' | 'v2'
  /** Whether a message is a genuine request; whether it is for a node is looked at later. `now`: right time. */
  read(payload: Uint8Array, now: Moment): Genuine | Dropped
  reply(reply: WireReply): Uint8Array
}

/** A request whose caller is proven. */
export interface Genuine {
  readonly dropped: false
  readonly id: string
  readonly agent: string
  readonly caller: string
  readonly collective: string
  /** As the agent gets it: RPC JSON, or `ping`. */
  readonly body: string
  /** Replies go there and nowhere else; the reply subject of NATS is none of Choria's. */
  readonly replyTo: string
  /** When its caller says that it was signed. */
  readonly time: Moment
  readonly ttl: Milliseconds
  readonly filter: Filter
}

/** A message that servers drop without an answer. */
export interface Dropped {
  readonly dropped: DropReason
  readonly detail: string
}

export interface WireReply {
  readonly request: Genuine
  readonly node: string
  readonly body: string
  /** The node's clock. */
  readonly time: Moment
  readonly damage: Damage | undefined
}

export function dropped(why: DropReason, detail: string): Dropped {
  return { dropped: why, detail }
}

/** The NATS server that each hop names in `seen-by` and `trace`; a simulated fleet does not know its cluster. */
export const HOP = 'nats://simulated'
