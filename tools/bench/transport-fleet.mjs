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
let replyTo = ''
/** The parts of a reply to it between its sender, and of the message in that: most of a reply is the same for all. */
let texts = ['', '']
let escaped = ['', '']

/** @param {Uint8Array} bytes */
function read(bytes) {
  const request = JSON.parse(Buffer.from(bytes).toString())
  const secure = JSON.parse(Buffer.from(request.data, 'base64').toString())
  const { requestid, agent } = JSON.parse(secure.message).envelope
  last = Uint8Array.from(bytes)
  replyTo = request.headers['reply-to']
  const senderid = 'NODE'
  const time = Math.floor(Date.now() / 1000)
  const envelope = { requestid, senderid, agent, time }
  const message = JSON.stringify({ protocol: 'choria:reply:1', message: BODY, envelope })
  texts = message.split(senderid)
  escaped = JSON.stringify(message).split(senderid)
}

nats.subscribe('mcollective.node.*.example.net', {
  /** @param {unknown} _error @param {{ subject: string, data: Uint8Array }} message */
  callback(_error, { subject, data }) {
    if (data.length !== last.length || Buffer.compare(data, last) !== 0) read(data)
    const sender = subject.slice('mcollective.node.'.length)
    const digest = hash('sha256', texts.join(sender), 'base64')
    const secure = `{"protocol":"choria:secure:reply:1","message":${escaped.join(sender)},"hash":"${digest}"}`
    const base64 = Buffer.from(secure).toString('base64')
    const seen = `[["nats://localhost:4222","${sender}","nats://localhost:4222"]]`
    const headers = `{"mc_sender":"${sender}","seen-by":${seen}}`
    nats.publish(
      replyTo,
      Buffer.from(`{"protocol":"choria:transport:1","data":"${base64}","headers":${headers}}`),
    )
  },
})
await nats.flush()
console.log('ready')
