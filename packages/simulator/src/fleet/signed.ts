import type { Milliseconds, Moment, RpcRequest } from '@choirmaster/core/provide'
import { nodeTime, type SimNode } from '../node/node.js'

/** What a server looks at to tell whether a request is too old for it. */
export interface Signed {
  /** How long ago it was signed, by a clock that is right. */
  readonly age: Milliseconds
  readonly ttl: Milliseconds
}

/** A request to nodes of the fleet; one that came over a broker brings its own age and ttl. */
export type FleetRequest = RpcRequest & { readonly signed?: Signed }

/** What transport-nats signs changes with, the least that v1 allows, and Choria's default for the rest. */
const TTL_OF_CHANGES: Milliseconds = 30_000
const TTL_OF_QUESTIONS: Milliseconds = 60_000

export function signedOf({ signed, changes }: FleetRequest): Signed {
  return signed ?? { age: 0, ttl: changes ? TTL_OF_CHANGES : TTL_OF_QUESTIONS }
}

/** Servers take a message only while it differs from their clock by less than its ttl, either way. */
export function isExpired(node: SimNode, at: Moment, { age, ttl }: Signed): boolean {
  const ahead = node.traits.strictTtl ? nodeTime(node, at) - at : 0
  return Math.abs(age + ahead) >= ttl
}
