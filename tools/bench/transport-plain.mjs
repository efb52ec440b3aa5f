// What the bench of the transport is compared with: the `nats` library alone, every layer of every reply decoded and
// the hash checked, nothing else. transport-plain.mjs PORT FOLDER-OF-CERTIFICATES NODES [undecoded]
// `undecoded`: replies are only counted, and requests go out in slices and large writes as the transport's do, which
// is cheaper than all at once: what any client on this library costs at least.
import { createHash, randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate as immediate } from 'node:timers/promises'

// The transport's own copy: the workspace itself does not depend on it.
const transport = new URL('../../packages/transport-nats/package.json', import.meta.url)
const { connect } = createRequire(transport)('nats')

const [port, tls, count, how] = process.argv.slice(2)
const undecoded = how === 'undecoded'
/** Requests, of 3 kB each: half a megabyte. */
const SLICE = 180
const read = (/** @type {string} */ name) => readFileSync(`${tls}${name}`, 'utf8')
const nats = await connect({
  servers: `nats://localhost:${port}`,
  tls: { cert: read('deploy.pem'), key: read('deploy.key'), ca: read('ca.pem') },
  ...(undecoded && { pendingLimit: 262_144 }),
})
const started = performance.now()
const cpu = process.cpuUsage()

const id = randomUUID().replaceAll('-', '')
const replyTo = `mcollective.reply.${createHash('md5').update('choria=deploy.mcollective').digest('hex')}.${id}`
const message = JSON.stringify({
  protocol: 'choria:request:1',
  message: JSON.stringify({ agent: 'puppet', action: 'status', data: {} }),
  envelope: {
    ...{ requestid: id, senderid: 'ops1.example.net', callerid: 'choria=deploy.mcollective' },
    ...{
      collective: 'mcollective',
      agent: 'puppet',
      ttl: 60,
      time: Math.floor(Date.now() / 1000),
    },
    filter: { fact: [], cf_class: [], agent: ['puppet'], identity: [], compound: [] },
  },
})
const signature = sign('RSA-SHA256', Buffer.from(message), read('deploy.key')).toString('base64')
const secure = {
  protocol: 'choria:secure:request:1',
  message,
  signature,
  pubcert: read('deploy.pem'),
}
const payload = Buffer.from(
  JSON.stringify({
    protocol: 'choria:transport:1',
    data: Buffer.from(JSON.stringify(secure)).toString('base64'),
    headers: { 'reply-to': replyTo, mc_sender: 'ops1.example.net' },
  }),
)

let replies = 0
const all = new Promise((resolve) => {
  nats.subscribe(replyTo, {
    /** @param {unknown} _error @param {{ data: Uint8Array }} message */
    callback(_error, { data }) {
      if (!undecoded) decode(data)
      if (++replies === Number(count)) resolve(undefined)
    },
  })
})
/** @param {Uint8Array} data */
function decode(data) {
  const outer = JSON.parse(Buffer.from(data).toString())
  const inner = JSON.parse(Buffer.from(outer.data, 'base64').toString())
  const digest = createHash('sha256').update(inner.message).digest('base64')
  if (digest !== inner.hash) throw new Error('wrong hash')
  JSON.parse(JSON.parse(inner.message).message)
}
for (let node = 0; node < Number(count); node++) {
  nats.publish(`mcollective.node.sim${String(node).padStart(6, '0')}.example.net`, payload)
  if (undecoded && node % SLICE === 0) await immediate()
}
await nats.flush()
const out = performance.now() - started
await all
const wall = performance.now() - started
const { user, system } = process.cpuUsage(cpu)
await nats.close()

const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(
  JSON.stringify({
    replies,
    wall_ms: wall,
    out_ms: out,
    cpu_ms: (userCPUTime + systemCPUTime) / 1000,
    request_cpu_ms: (user + system) / 1000,
    maxrss_kb: maxRSS,
  }),
)
