// Four nodes with a real Puppet behind real Choria servers, and the operator who types `choirmaster` there. Needs a build
// of the packages.
import { equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { up } from '../../choria/lib/network.mjs'
import { asNode, foldersOf, PROGRAM, puppet, puppetAside, RUN, writeNode } from './nodes.mjs'
import { DB, LB, NODES, WEB1, WEB2 } from './shop.mjs'

const CHOIRMASTER = resolve(import.meta.dirname, '../../../../packages/cli/bin/run.js')
const OPERATOR = 'operator.mcollective'
/** The broker's certificate. */
const BROKER = 'localhost'

/** @typedef {import('./settings.mjs').Ports} Ports */
/** @typedef {import('../../choria/lib/network.mjs').Network} Network */
/** @typedef {import('@choirmaster/core').RunReport} RunReport */

/**
 * Has Puppet run once on each node, brings the servers up, and ends them after the work.
 * @param {string} lab @param {Ports} ports
 * @param {string} environment with the site, deployed before
 * @param {(network: Network) => Promise<void>} work
 */
export async function withOperator(lab, ports, environment, work) {
  await firstRuns(lab, ports, environment)
  const network = await upNetwork(lab)
  try {
    configure(network, ports, environment)
    await work(network)
  } finally {
    await network.down()
  }
}

/**
 * Each node gets its certificate and has a catalog in PuppetDB, by a run that nobody ordered.
 * @param {string} lab @param {Ports} ports @param {string} environment
 */
async function firstRuns(lab, ports, environment) {
  for (const name of [OPERATOR, BROKER]) {
    writeNode(lab, ports, name)
    puppet(lab, name, ['ssl', 'bootstrap'])
  }
  for (const node of NODES) writeNode(lab, ports, node, environment)
  // Two at a time: there is one JRuby.
  for (const pair of [
    [DB, WEB1],
    [WEB2, LB],
  ]) {
    await Promise.all(pair.map((node) => puppetAside(lab, node, RUN)))
  }
  for (const node of NODES) ok(existsSync(foldersOf(lab, node).summary), `${node} did not run`)
  console.log('Four nodes with certificates of the CA have run Puppet once')
}

/** Choria with the certificates of Puppet's CA, as on most sites. @param {string} lab */
async function upNetwork(lab) {
  const folder = join(lab, 'choria')
  for (const name of [BROKER, OPERATOR, ...NODES]) {
    const { ssldir } = foldersOf(lab, name)
    for (const kind of ['certs', 'private_keys']) {
      const files = kind === 'certs' ? [`${name}.pem`, 'ca.pem'] : [`${name}.pem`]
      mkdirSync(join(folder, 'ssl', kind), { recursive: true, mode: 0o700 })
      for (const file of files) {
        copyFileSync(join(ssldir, kind, file), join(folder, 'ssl', kind, file))
      }
    }
  }
  const puppets = NODES.map((node) => {
    const { state, summary } = foldersOf(lab, node)
    return [node, { state, summary, command: [PROGRAM, ...asNode(lab, node, ['agent'])] }]
  })
  const network = await up(folder, {
    nodes: NODES,
    clients: ['operator'],
    puppets: Object.fromEntries(puppets),
    tell: console.log,
  })
  console.log("Choria's broker and four servers are up")
  return network
}

/**
 * A folder to work in, and where PuppetDB is in Choria's own configuration.
 * @param {Network} network @param {Ports} ports @param {string} environment
 */
function configure(network, ports, environment) {
  const { config } = network.client()
  const beside = join(config, '../plugin.d')
  mkdirSync(beside, { recursive: true })
  const where = { puppetdb_host: 'localhost', puppetdb_port: ports.db }
  const lines = Object.entries(where).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(beside, 'choria.cfg'), lines.join(''))
  const shell = shellOf(network)
  mkdirSync(shell, { recursive: true })
  const settings = `environment: ${environment}
catalog: { use: puppetdb, choriaConfig: ${config} }
transport: { use: nats, choriaConfig: ${config} }
witness: { use: puppetdb, choriaConfig: ${config} }
store: { use: file, dir: runs }
`
  writeFileSync(join(shell, 'choirmaster.yaml'), settings)
  console.log(`\n${join(shell, 'choirmaster.yaml')}:\n${settings}`)
}

/** Where the operator types, and the store is. */
export const shellOf = (/** @type {Network} */ { folder }) => join(folder, '../shell')

/** Message of each lock, from the nodes' own disks. @param {Network} network */
export async function locks(network) {
  const all = NODES.map(
    async (node) => /** @type {const} */ ([node, await network.node(node).lock()]),
  )
  return Object.fromEntries((await Promise.all(all)).filter(([, lock]) => lock !== undefined))
}

/** The command as the operator types it, with what it prints. @param {Network} network @param {string[]} args @returns {Promise<number | null>} */
export function shown(network, args) {
  console.log(`$ choirmaster ${args.join(' ')}`)
  return choirmaster(network, args, 'inherit').over
}

/** The same for whoever wants to read it too. @param {Network} network @param {string[]} args */
export async function printed(network, args) {
  console.log(`$ choirmaster ${args.join(' ')}`)
  const { code, text } = await readOf(network, args)
  console.log(text)
  return { code, text }
}

/** @param {Network} network @returns {Promise<RunReport>} */
export async function reportOf(network) {
  const { code, text } = await readOf(network, ['show', 'last', '--json'])
  equal(code, 0)
  return JSON.parse(text)
}

/** @param {Network} network @param {string[]} args */
async function readOf(network, args) {
  const { child, over } = choirmaster(network, args, 'pipe')
  let text = ''
  child.stdout?.on('data', (chunk) => (text += chunk))
  return { code: await over, text }
}

/** @param {Network} network @param {string[]} args @param {'inherit' | 'pipe'} stdout */
function choirmaster(network, args, stdout) {
  const { env } = network.client()
  const child = spawn(process.execPath, [CHOIRMASTER, ...args], {
    cwd: shellOf(network),
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit'],
  })
  /** @type {Promise<number | null>} */
  const over = new Promise((done, failed) => child.once('error', failed).once('close', done))
  return { child, over }
}
