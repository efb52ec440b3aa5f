import type { ConnectionOptions } from 'nats'
import type { NodeTransport } from 'nats/lib/src/node_transport.js'
import type { Lane } from './lane.js'

/** Options of the library's connection: its own transport ignores the lane. */
export interface LaneOptions {
  readonly lane?: Lane
}

/**
 * The library's transport, whose connection is also the way of the lane that its options name. Without one it is as
 * it was.
 */
export function withLane(Plain: typeof NodeTransport): typeof NodeTransport {
  return class extends Plain {
    /**
     * The library begins to read: this is its connection from now on. One that was dialled longer than it wanted to
     * wait for is up too, and never read; the lane must not follow it.
     */
    override [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
      const { lane } = this.options as ConnectionOptions & LaneOptions
      if (lane !== undefined) this.#give(lane)
      return super[Symbol.asyncIterator]()
    }

    #give(lane: Lane): void {
      const { socket } = this
      const isClosed = (): boolean => this.isClosed
      const read = lane.follow({
        get isClosed() {
          return isClosed()
        },
        write: (bytes, done) => void socket.write(bytes, () => done()),
      })
      // Not by the library's iterator: brokers write replies two at a time, and each turn of it takes as long as
      // decoding one.
      socket.removeAllListeners('data')
      socket.on('data', (piece: Buffer) => {
        const before = this.yields.length
        read(piece, this.yields)
        if (this.yields.length > before) this.signal.resolve()
      })
    }
  }
}
