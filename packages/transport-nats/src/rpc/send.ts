import { setImmediate as immediate } from 'node:timers/promises'
import type { Clock, Moment } from '@choirmaster/core/provide'
import type { Connection } from '../connection/connection.js'

/** A request that is signed and goes to each of many subjects. */
export interface Delivery {
  readonly payload: Uint8Array
  readonly count: number
  subject(number: number): string
  replySubject(number: number): string
  /** Nothing is sent from then on: servers drop what was signed too long ago, without a word. */
  readonly until: Moment
  /** Messages a second; absent: as fast as the broker takes them. */
  readonly pace?: number
}

/** What is published without a pause: 3 ms of work. */
const SLICE_BYTES = 524_288
/**
 * What the broker may not have taken yet. A request to 50,000 nodes is 150 MB: all at once, they would pile up here;
 * one slice at a time, each would wait behind the replies to the slices before.
 */
const WINDOW_BYTES = 8_388_608
/** With a pace: how many slices a second. */
const SLICES_A_SECOND = 10

/**
 * Publishes in slices, and waits for the broker to take them when too much is under way. Stops where the connection
 * is down: nothing is kept for a reconnect.
 * @returns how many were published; of those that the broker had not taken some may not have reached it.
 */
export async function send(
  delivery: Delivery,
  connection: Connection,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const { payload, count, until, pace } = delivery
  const fitting = Math.max(1, Math.floor(SLICE_BYTES / payload.length))
  const slice = pace === undefined ? fitting : Math.min(fitting, Math.ceil(pace / SLICES_A_SECOND))
  const started = clock.now()
  const late = patience(clock, until, signal)
  const underWay: Promise<unknown>[] = []
  let sent = 0
  try {
    while (sent < count && connection.live && !signal.aborted && clock.now() < until) {
      const end = Math.min(sent + slice, count)
      for (; sent < end; sent++) {
        connection.publish(delivery.subject(sent), payload, delivery.replySubject(sent))
      }
      // When the connection goes down, whoever looks next notices.
      underWay.push(connection.flush().catch(() => {}))
      const full = underWay.length * slice * payload.length >= WINDOW_BYTES
      if (full) await Promise.race([underWay.shift(), late.over])
      if (pace === undefined) await immediate()
      else if (sent < count) await clock.sleepUntil(started + (sent * 1000) / pace, signal)
    }
    await Promise.race([Promise.all(underWay), late.over])
    return sent
  } finally {
    late.stop()
  }
}

/** Resolves at `until` or when the signal aborts, unless it is stopped before. */
function patience(
  clock: Clock,
  until: Moment,
  signal: AbortSignal,
): { readonly over: Promise<void>; stop(): void } {
  const enough = new AbortController()
  const stop = (): void => enough.abort()
  signal.addEventListener('abort', stop)
  const over = clock
    .sleepUntil(until, enough.signal)
    .catch(() => {})
    .finally(() => signal.removeEventListener('abort', stop))
  return { over, stop }
}
