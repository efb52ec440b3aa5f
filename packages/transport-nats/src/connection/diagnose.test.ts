import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { diagnose } from './diagnose.js'

it('a greeting that comes in pieces is read to its end', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.setNoDelay(true)
    socket.write('INFO {"connect_urls":["a:4222"],')
    // Some turns of the loop later the first piece is there.
    const rest = (turns: number): void => {
      if (turns === 0) socket.end('"tls_required":true}\r\n')
      else setImmediate(rest, turns - 1)
    }
    rest(100)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const broker = { host: '127.0.0.1', port, origin: 'test' }
    const { message } = await diagnose(broker, {}, 5_000, new Error('it did not work'))
    expect(message).not.toContain('offers no TLS')
  } finally {
    server.close()
  }
})
