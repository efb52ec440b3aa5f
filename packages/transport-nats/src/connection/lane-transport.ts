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
    override setupHandlers(): void {
      super.setupHandlers()
      const { lane } = this.options as ConnectionOptions & LaneOptions
      if (lane === undefined) return
      const { socket } = this
      const isClosed = (): boolean => this.isClosed
      const sieve = lane.follow({
        get isClosed() {
          return isClosed()
        },
        write: (bytes, done) => void socket.write(bytes, () => done()),
      })
      // Not by the library's iterator: brokers write replies two at a time, and each turn of it takes as long as
      // decoding one.
      socket.removeAllListeners('data')
      socket.on('data', (piece: Buffer) => {
        if (!sieve(piece, this.yields)) return
        this.signal.resolve()
      })
    }
  }
}
