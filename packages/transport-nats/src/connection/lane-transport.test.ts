import { EventEmitter } from 'node:events'
import type { NodeTransport } from 'nats/lib/src/node_transport.js'
import { describe, expect, it } from 'vitest'
import { createLane } from './lane.js'
import { withLane } from './lane-transport.js'

/** As much of the library's transport as is built upon, connected. */
class Plain {
  readonly socket = new EventEmitter()
  readonly yields: Uint8Array[] = []
  readonly signal = { resolve: () => {} }
  readonly isClosed = false
  options = {};
  [Symbol.asyncIterator]() {
    return this.yields.values()
  }
}
const Transport = withLane(Plain as unknown as typeof NodeTransport) as unknown as typeof Plain

function connected(options: object) {
  const transport = new Transport()
  transport.options = options
  transport.socket.on('data', (piece: Uint8Array) => transport.yields.push(piece))
  return transport
}

const stream = 'MSG a 7 1\r\nx\r\nPONG\r\n'

describe("the library's transport", () => {
  it('gives the lane what is its own, and the library the rest', () => {
    const lane = createLane()
    const heard: string[] = []
    lane.listen(7, ({ subject, data }) => heard.push(`${subject} ${Buffer.from(data).toString()}`))
    const transport = connected({ lane })
    transport[Symbol.asyncIterator]()
    transport.socket.emit('data', Buffer.from(stream))
    expect(heard).toEqual(['a x'])
    expect(transport.yields.map(String)).toEqual([String(Buffer.from('PONG\r\n'))])
  })

  it('that the library gave up before it was connected is no way', () => {
    const lane = createLane()
    connected({ lane })
    expect(lane.publish('a', Buffer.from('x'), 'b')).toBe(false)
  })

  it('without a lane is as it was', () => {
    const transport = connected({})
    transport[Symbol.asyncIterator]()
    transport.socket.emit('data', Buffer.from(stream))
    expect(Buffer.concat(transport.yields).toString()).toBe(stream)
  })
})
