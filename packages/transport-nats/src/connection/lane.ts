import type { Incoming } from './connection.js'
import { createSieve } from './sieve.js'
import { createSlabs } from './slabs.js'

/**
 * The way of requests and replies past the library, which keeps the connection: it dials, logs in, subscribes, pings
 * and reconnects, and reads whatever the lane does not take. Of 50,000 requests and replies the library would take
 * more than half of the CPU (docs/decisions.md). Without a way everything goes through the library, as it would
 * without a lane.
 */
export interface Lane {
  /**
   * From now on this is the connection.
   * @returns what reads its bytes and puts those that the lane does not take into `rest`
   */
  follow(way: Way): (piece: Buffer, rest: Uint8Array[]) => void
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
      const sieve = createSieve(sid)
      return (piece, rest) => {
        const { chunk, places } = sieve(piece, rest)
        for (let at = 0; at < places.length; at += 4) hear(new Taken(chunk, places, at))
      }
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
  constructor(chunk: Buffer, places: readonly number[], at: number) {
    this.data = chunk.subarray(places[at + 2], places[at + 3])
    this.#chunk = chunk
    this.#start = places[at] as number
    this.#end = places[at + 1] as number
  }
  get subject(): string {
    return this.#chunk.toString('utf8', this.#start, this.#end)
  }
}
