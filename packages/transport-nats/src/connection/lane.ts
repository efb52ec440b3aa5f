import type { Incoming } from './connection.js'
import { createSieve, type Sieve } from './sieve.js'
import { createSlabs } from './slabs.js'

/**
 * The way of requests and replies past the library, which keeps the connection: it dials, logs in, subscribes, pings
 * and reconnects, and reads whatever the lane does not take. Of 50,000 requests and replies the library would take
 * more than half of the CPU (docs/decisions.md). Without a way everything goes through the library, as it would
 * without a lane.
 */
export interface Lane {
  /** From now on this is the connection. @returns what reads its bytes */
  follow(way: Way): Sieve
  /** Messages of this subscription are taken from the stream. */
  listen(sid: number, hear: (message: Incoming) => void): void
  /** @returns whether it took it; what it took leaves with `write` */
  publish(subject: string, payload: Uint8Array, replySubject: string): boolean
  /** @returns when all that was published is written, or will never be */
  write(): Promise<void>
}

/** A connection that is up, until it is closed. */
interface Way {
  readonly isClosed: boolean
  write(bytes: Uint8Array, done: () => void): void
}

export function createLane(): Lane {
  let current: Way | undefined
  let heard = -1
  let hear: (message: Incoming) => void = () => {}
  const slabs = createSlabs((bytes, done) => current?.write(bytes, done))
  const sid = (): number => heard
  return {
    follow(way) {
      current = way
      slabs.drop() // signed for a connection that is gone
      return createSieve(sid, (...place) => hear(new Taken(...place)))
    },
    listen(number, listener) {
      heard = number
      hear = listener
    },
    publish(subject, payload, replySubject) {
      if (current === undefined || current.isClosed) return false
      slabs.add(`PUB ${subject} ${replySubject} ${payload.length}`, payload)
      return true
    },
    write: () => slabs.write(),
  }
}

/** Its subject is text only where it is asked for. */
class Taken implements Incoming {
  readonly data: Buffer
  readonly #chunk: Buffer
  readonly #start: number
  readonly #end: number
  constructor(chunk: Buffer, start: number, end: number, payloadStart: number, payloadEnd: number) {
    this.data = chunk.subarray(payloadStart, payloadEnd)
    this.#chunk = chunk
    this.#start = start
    this.#end = end
  }
  get subject(): string {
    return this.#chunk.toString('utf8', this.#start, this.#end)
  }
}
