// What goes over the broker to the nodes, heard beside them.
// Not for plugins: the connection of the simulated nodes.
import { connectBroker } from '../../packages/simulator/dist/broker/connection.js'

/**
 * A request to a node, protocol v1.
 * @typedef {object} Sent
 * @property {number} at when it came, of the nodes' time
 * @property {string} caller
 * @property {number} signed when it was signed, whole seconds, of the same time; ms
 * @property {string} action
 * @property {unknown} data
 */

/**
 * @param {string} broker address
 * @param {import('@choirmaster/simulator/broker').BrokerTls} tls
 * @param {() => number} now
 */
export async function tap(broker, tls, now) {
  /** @type {Sent[]} */
  const sent = []
  const connection = await connectBroker({ servers: [broker], tls, notice: () => {} })
  connection.subscribe('mcollective.node.>', (payload) => {
    const secure = JSON.parse(decoded(JSON.parse(Buffer.from(payload).toString()).data))
    const { envelope, message } = JSON.parse(secure.message)
    // What the processes ask to know that all has come (engine.mjs) is no part of a run.
    if (envelope.agent !== 'puppet') return
    const { action, data } = JSON.parse(message)
    const { callerid: caller, time } = envelope
    sent.push({ at: now(), caller, signed: time * 1000, action, data })
  })
  await connection.flush()
  return { sent, close: () => connection.close() }
}

/** @param {string} base64 */
function decoded(base64) {
  return Buffer.from(base64, 'base64').toString()
}
