// A fleet of any size for the bench of the transport: one process that answers every request to a node of
// example.net with a reply of 1.1 kB, as 50,000 nodes would. transport-fleet.mjs PORT FOLDER-OF-CERTIFICATES
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// The transport's own copy: the workspace itself does not depend on it.
const transport = new URL('../../packages/transport-nats/package.json', import.meta.url)
const { connect } = createRequire(transport)('nats')

const [port, tls] = process.argv.slice(2)
const nats = await connect({
  servers: `nats://localhost:${port}`,
  tls: {
    cert: readFileSync(`${tls}broker.pem`, 'utf8'),
    key: readFileSync(`${tls}broker.key`, 'utf8'),
    ca: readFileSync(`${tls}ca.pem`, 'utf8'),
  },
})

const BODY = JSON.stringify({
  action: 'status',
  statuscode: 0,
  statusmsg: 'OK',
  data: {
    ...{ applying: false, daemon_present: false, disable_message: '', enabled: true },
    ...{ idling: false, lastrun: 1795341991, since_lastrun: 1795, status: 'stopped' },
    message: 'Currently stopped; last completed run 1795 seconds ago',
  },
})

/** The bytes of the last request, which is the same for all nodes, and where it wants its replies. */
let last = new Uint8Array()
let id = ''
let agent = ''
let time = 0
let replyTo = ''

/** @param {Uint8Array} bytes */
function read(bytes) {
  const message = JSON.parse(Buffer.from(bytes).toString())
  const secure = JSON.parse(Buffer.from(message.data, 'base64').toString())
  const { envelope } = JSON.parse(secure.message)
  last = Uint8Array.from(bytes)
  id = envelope.requestid
  agent = envelope.agent
  time = envelope.time
  replyTo = message.headers['reply-to']
}

nats.subscribe('mcollective.node.*.example.net', {
  /** @param {unknown} _error @param {{ subject: string, data: Uint8Array }} message */
  callback(_error, { subject, data }) {
    if (data.length !== last.length || Buffer.compare(data, last) !== 0) read(data)
    const sender = subject.slice('mcollective.node.'.length)
    const message = JSON.stringify({
      protocol: 'choria:reply:1',
      message: BODY,
      envelope: { requestid: id, senderid: sender, agent, time },
    })
    const secure = JSON.stringify({
      protocol: 'choria:secure:reply:1',
      message,
      hash: hash('sha256', message, 'base64'),
    })
    const headers = {
      mc_sender: sender,
      'seen-by': [['nats://localhost:4222', sender, 'nats://localhost:4222']],
    }
    const reply = {
      protocol: 'choria:transport:1',
      data: Buffer.from(secure).toString('base64'),
      headers,
    }
    nats.publish(replyTo, Buffer.from(JSON.stringify(reply)))
  },
})
await nats.flush()
console.log('ready')
