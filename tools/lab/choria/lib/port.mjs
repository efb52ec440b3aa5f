import { connect, createServer } from 'node:net'
import { pause } from './daemon.mjs'

/**
 * A port of loopback that nobody listens on now.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
}

/**
 * Waits until a broker greets there.
 * @param {number} port
 * @param {() => Promise<boolean>} alive whether it is worth waiting
 */
export async function greeted(port, alive) {
  while (await alive()) {
    if (await greets(port)) return true
    await pause(50)
  }
  return false
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function greets(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('INFO '))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}
