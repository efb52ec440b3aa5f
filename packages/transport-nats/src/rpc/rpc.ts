import type { Clock, Host, Milliseconds, Moment } from '@choirmaster/core/provide'
import type { Connection } from '../connection/connection.js'
import { transportError } from '../errors.js'
import type { Wire } from '../wire/wire.js'
import type { Desk } from './desk.js'

/** What requests are made of and go through. */
export interface Rpc {
  readonly wire: Wire
  readonly connection: Connection
  readonly desk: Desk
  readonly host: Pick<Host, 'clock' | 'random' | 'notice'>
  readonly caller: string
  /** When who we are ends: certificate or token. */
  readonly validUntil?: Moment
  readonly collective: string
  /** The subject below which replies come. */
  readonly inbox: string
  /** Seconds for which servers take a request that changes nothing. */
  readonly ttl: number
  /** How long a broadcast waits after the last answer. */
  readonly discoveryTimeout: Milliseconds
  /** Requests a second; absent: no limit. */
  readonly pace?: number
}

/** Seconds: the smallest that v1 servers take. A change that nobody answered stays open for twice this. */
export const CHANGE_TTL = 30

/** Seconds for which servers take a question from whose answer a clock that is hours off is learned. */
export const ANY_CLOCK_TTL = 86_400

/** When a request is signed: servers compare it with their own clocks, however long this machine slept. */
export function signedAt(clock: Clock): Moment {
  return clock.wall?.() ?? clock.now()
}

/** @throws transport-request-size */
export function checkSize(payload: Uint8Array, { maxPayload }: Connection): void {
  if (payload.length <= maxPayload) return
  throw transportError('transport-request-size', {
    message: `The request is ${payload.length} bytes long; the broker takes ${maxPayload}`,
  })
}
