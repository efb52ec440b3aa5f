import type { Moment } from '@choirmaster/core/provide'
import type { Dropped, Genuine, ServerWire } from './wire.js'

/** So many different requests are under way at once; a request to thousands of nodes is the same bytes for each. */
const REMEMBERED = 64

interface Read {
  readonly payload: Buffer
  readonly result: Genuine | Dropped
}

/** Reads and verifies each request once, however many nodes it is for: the same bytes give the same object. */
export function createReader(
  wire: ServerWire,
): (payload: Uint8Array, now: Moment) => Genuine | Dropped {
  const recent: Read[] = []
  return (payload, now) => {
    const known = recent.find((one) => one.payload.equals(payload))
    if (known !== undefined) return known.result
    const result = wire.read(payload, now)
    recent.unshift({ payload: Buffer.from(payload), result })
    recent.length = Math.min(recent.length, REMEMBERED)
    return result
  }
}
