// The transport's part of its bench: one request to so many nodes. transport-client.mjs CONFIG NODES
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { natsTransport } from '@choirmaster/transport-nats'

const [choriaConfig = '', count] = process.argv.slice(2)
/** Nobody listens there, and the broker says so when it comes to it: then all requests have reached the broker. */
const LAST = 'nobody.example.org'
const nodes = Array.from(
  { length: Number(count) },
  (_, index) => `sim${String(index).padStart(6, '0')}.example.net`,
)
const call = { signal: new AbortController().signal }
/** @type {import('@choirmaster/core').Host} */
const host = {
  baseDir: process.cwd(),
  clock: systemClock(),
  random: systemRandom(),
  notice: ({ code, message }) => console.error(code, message),
}
const transport = await natsTransport.open({ choriaConfig }, host, call)
const before = process.memoryUsage.rss()
const started = performance.now()
const cpu = process.cpuUsage()

let replies = 0
let out = 0
let peak = before
const request = {
  agent: 'puppet',
  action: 'status',
  data: {},
  nodes: [...nodes, LAST],
  timeoutMs: 30_000,
  changes: false,
}
for await (const answer of transport.request(request, call)) {
  if (answer.kind === 'reply') replies++
  else if (answer.node === LAST) out = performance.now() - started
  if (replies % 10_000 === 0) peak = Math.max(peak, process.memoryUsage.rss())
}
const wall = performance.now() - started
const { user, system } = process.cpuUsage(cpu)

const asked = performance.now()
for await (const { kind } of transport.request({ ...request, nodes: [LAST] }, call)) {
  if (kind !== 'silence') throw new Error(`${LAST} answered`)
}
const known = performance.now() - asked
await transport.close?.()

const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
console.log(
  JSON.stringify({
    replies,
    wall_ms: wall,
    out_ms: out,
    cpu_ms: (userCPUTime + systemCPUTime) / 1000,
    request_cpu_ms: (user + system) / 1000,
    maxrss_kb: maxRSS,
    growth_kb: (peak - before) / 1024,
    known_ms: known,
  }),
)
