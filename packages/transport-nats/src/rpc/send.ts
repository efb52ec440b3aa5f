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

/**
 * What is published before the broker is waited for. Larger slices were not faster; this much is all that the
 * delivery of a request to 50,000 nodes ever holds in memory.
 */
const SLICE_BYTES = 1_048_576
/** With a pace: how many slices a second. */
const SLICES_A_SECOND = 10

/**
 * Publishes in slices, each taken by the broker before the next one goes out. Stops where the connection is down:
 * nothing is kept for a reconnect.
 * @returns how many were published; of the last slice some may not have reached the broker.
 */
export async function send(
  delivery: Delivery,
  connection: Connection,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const { payload, count, until, pace } = delivery
  const slice = Math.max(
    1,
    Math.min(
      Math.floor(SLICE_BYTES / payload.length),
      pace === undefined ? count : Math.ceil(pace / SLICES_A_SECOND),
    ),
  )
  const started = clock.now()
  for (let sent = 0; sent < count;) {
    if (!connection.live || signal.aborted || clock.now() >= until) return sent
    const end = Math.min(sent + slice, count)
    for (; sent < end; sent++) {
      connection.publish(delivery.subject(sent), payload, delivery.replySubject(sent))
    }
    await taken(connection, clock, until, signal)
    if (pace !== undefined && sent < count) {
      await clock.sleepUntil(started + (sent * 1000) / pace, signal)
    }
  }
  return count
}

/** Waits for the broker, but not past `until`; a connection that goes down is noticed by whoever looks next. */
async function taken(
  connection: Connection,
  clock: Clock,
  until: Moment,
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController()
  const stop = (): void => enough.abort()
  signal.addEventListener('abort', stop)
  const late = clock.sleepUntil(until, enough.signal).catch(() => {})
  try {
    await Promise.race([connection.flush().catch(() => {}), late])
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
