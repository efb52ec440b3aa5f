// Reads and plans the site of puppetdb-server.mjs in a process of its own, so that its peak memory is its own too:
// puppetdb-case.mjs PORT. Prints one line of JSON.
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { puppetDbCatalog } from '@choirmaster/catalog-puppet'
import { makePlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256, systemClock, systemRandom } from '@choirmaster/core/system'

const ROUNDS = 11
const port = process.argv[2] ?? ''
const ssldir = join(import.meta.dirname, '../../packages/puppet-identity/test/fixtures/tls/ssl')
const options = { url: `localhost:${port}`, ssldir, certname: 'rip.mcollective' }
const call = { signal: new AbortController().signal }
const host = {
  baseDir: process.cwd(),
  clock: systemClock(),
  random: systemRandom(),
  notice: () => undefined,
}

/** @type {Buffer[]} */
let answers = []
const rounds = []
let result = {}
let peakOfOne = 0
for (let round = 0; round < ROUNDS; round++) {
  let read = 0
  const total = await timed(async () => {
    /** @type {import('@choirmaster/core').Environment | undefined} */
    let environment
    read = await timed(async () => {
      const source = await puppetDbCatalog.open(options, host, call)
      environment = await source.environment('production', call)
    })
    if (environment === undefined) throw new Error('unreachable')
    const plan = makePlan(environment, WHOLE_SITE, sha256)
    result = {
      nodes: plan.nodes.length,
      edges: plan.producers.targets.length,
      groups: plan.groups.length,
    }
  })
  if (round === 0) {
    peakOfOne = peak()
    answers = await fetchAnswers()
  }
  // Right after, so that a busy machine slows all down.
  const transfer = await timed(fetchAnswers)
  const json = await timed(() => answers.forEach((bytes) => JSON.parse(bytes.toString())))
  rounds.push({ read, total, transfer, json })
}
const bytes = answers.reduce((sum, answer) => sum + answer.length, 0)
console.log(JSON.stringify({ ...result, rounds, bytes, peakOfOne, peak: peak() }))

/** The answers, asked for in pages as the source does. */
async function fetchAnswers() {
  const queries = [
    ...[0, 19_999, 39_998].map((offset) => `resources limit 20000 offset ${offset}`),
    'nodes limit 20000 offset 0',
  ]
  const agent = new Agent({ keepAlive: true })
  const found = []
  for (const query of queries) found.push(await get(query, agent))
  agent.destroy()
  return found
}

/** @param {string} query @param {Agent} agent @returns {Promise<Buffer>} */
function get(query, agent) {
  const pem = (/** @type {string} */ name) => readFileSync(join(ssldir, name), 'utf8')
  const credentials = {
    cert: pem('certs/rip.mcollective.pem'),
    key: pem('private_keys/rip.mcollective.pem'),
    ca: pem('certs/ca.pem'),
  }
  const path = `/pdb/query/v4?query=${encodeURIComponent(query)}`
  return new Promise((resolve, reject) => {
    request({ host: 'localhost', port, path, agent, ...credentials }, (response) => {
      /** @type {Buffer[]} */
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
    })
      .on('error', reject)
      .end()
  })
}

/**
 * CPU time of this process, as the wall clock of a busy machine says nothing; the server's is in its own.
 * @param {() => unknown} work @returns {Promise<number>} milliseconds
 */
async function timed(work) {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** Most memory that the process ever held, in MiB. */
function peak() {
  return process.resourceUsage().maxRSS / 1024
}
