// A PuppetDB with a generated site, over HTTPS with mutual TLS, in a process of its own so that its memory and time
// are its own: puppetdb-server.mjs NODES COMPONENTS. Prints its port.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'

const [nodes = 0, components = 0] = process.argv.slice(2).map(Number)
const TLS = join(import.meta.dirname, '../../packages/puppet-identity/test/fixtures/tls')
const pem = (/** @type {string} */ name) => readFileSync(join(TLS, name), 'utf8')

/** Parts of an application; each but the first consumes what the one before it produces. */
const PARTS = 10
const nodeName = (/** @type {number} */ n) => `node${String(n).padStart(6, '0')}.example.net`

/** Sorted by certname and title, as the query asks for. */
const resources = Array.from({ length: components }, (_, n) => {
  const node = n % nodes
  // Which of its node's components it is: its node's number goes on as the part, so that edges go to later nodes.
  const application = `${Math.floor(node / PARTS)}-${Math.floor(n / nodes)}`
  const part = node % PARTS
  return {
    certname: nodeName(node),
    title: `Stack::Part[app${application}-${part}]`,
    parameters: {
      application: `Stack[app${application}]`,
      produces: [`Service[app${application}-${part}]`],
      consumes: part === 0 ? [] : [`Service[app${application}-${part - 1}]`],
    },
    exported: false,
    file: '/etc/puppetlabs/code/environments/production/site-modules/profile/manifests/stack.pp',
    line: 17,
  }
}).sort((a, b) => (a.certname + a.title < b.certname + b.title ? -1 : 1))

const inventory = Array.from({ length: nodes }, (_, n) => ({
  certname: nodeName(n),
  catalog_timestamp: new Date(1_790_000_000_000 + n * 180).toISOString(),
  report_timestamp: new Date(1_790_000_010_000 + n * 180).toISOString(),
  deactivated: null,
  expired: null,
}))

/** @type {Map<string, Buffer>} */
const answers = new Map()
const certificate = pem('server/puppet.pem')
const server = createServer(
  {
    cert: certificate,
    key: certificate,
    requestCert: true,
    rejectUnauthorized: true,
    ca: pem('ssl/certs/ca.pem'),
  },
  (request, response) => {
    const query = new URL(request.url ?? '', 'https://x').searchParams.get('query') ?? ''
    let answer = answers.get(query)
    if (answer === undefined) {
      const [, limit, offset] = /limit (\d+) offset (\d+)/.exec(query) ?? []
      const rows = query.startsWith('nodes') ? inventory : resources
      const page = rows.slice(Number(offset), Number(offset) + Number(limit))
      answers.set(query, (answer = Buffer.from(JSON.stringify(page))))
    }
    response.writeHead(200, { 'content-type': 'application/json;charset=utf-8' }).end(answer)
  },
)
server.listen(0, '127.0.0.1', () => {
  console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
})
process.on('disconnect', () => process.exit())
