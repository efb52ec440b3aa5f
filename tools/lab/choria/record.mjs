// Records what Choria's own client and real servers say to each other, one file an exchange: golden messages
// for the tests of the wire. `request` is the transport message as published, `replies` what came back.
//   node tools/lab/choria/record.mjs FOLDER
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pause } from './lib/daemon.mjs'
import { ADMIN } from './lib/files.mjs'
import { up } from './lib/network.mjs'

const NODES = ['node1.example.net', 'node2.example.net', 'node3.example.net']
const ONE = NODES.slice(0, 1)
const MESSAGE = 'message=choirmaster run=x'
/** Until the last reply has passed the spy too. */
const SETTLE_MS = 300

/** @typedef {import('./lib/network.mjs').Network} Network */
/** @type {readonly [name: string, ask: (network: Network) => Promise<unknown>][]} */
const EXCHANGES = [
  ['status', (network) => network.ask('status')],
  ['last_run_summary', (network) => network.ask('last_run_summary', NODES, ['logs=true'])],
  ['disable', (network) => network.ask('disable', NODES, [MESSAGE])],
  ['disable_again', (network) => network.ask('disable', ONE, [MESSAGE])],
  ['runonce_disabled', (network) => network.ask('runonce', ONE, ['force=true'])],
  ['enable', (network) => network.ask('enable')],
  ['enable_again', (network) => network.ask('enable', ONE)],
  ['runonce', (network) => network.ask('runonce', NODES, ['force=true'])],
  ['bad_input_shell', (network) => network.ask('disable', ONE, ['message=a;b'])],
  ['bad_input_type', (network) => network.ask('runonce', ONE, ['force="x"'])],
  ['policy_disable', askWithPolicies],
]

/** node1 allows `status` only, node2 all five actions, node3 has no policy file. @param {Network} network */
async function askWithPolicies(network) {
  await network.node(NODES[0] ?? '').permit({ [network.client().caller]: ['status'] })
  await network.node(NODES[2] ?? '').permit(null)
  await network.ask('disable', NODES, [MESSAGE])
}

const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('Usage: record.mjs FOLDER')
for (const [name, options] of /** @type {const} */ ([
  ['v1', { protocol: 'v1' }],
  ['v2', { protocol: 'v2' }],
  ['v2-delegated', { protocol: 'v2', delegated: true }],
])) {
  await record(resolve(target, name), options)
}

/** @param {string} folder @param {import('./lib/network.mjs').NetworkOptions} options */
async function record(folder, options) {
  await mkdir(folder, { recursive: true })
  const home = await mkdtemp(join(tmpdir(), 'choirmaster-record-'))
  const clients = ['operator', ADMIN]
  const network = await up(home, { nodes: NODES, clients, ...options, tell: console.error })
  try {
    const spy = await listen(network)
    for (const [name, ask] of EXCHANGES) {
      spy.overheard.length = 0
      await ask(network)
      await pause(SETTLE_MS)
      const file = join(folder, `${name}.json`)
      await writeFile(file, `${JSON.stringify(exchange(spy.overheard), null, 1)}\n`)
    }
    spy.end()
    const isV1 = options.protocol === 'v1'
    const trust = isV1 ? 'ssl/certs/ca.pem' : 'jwt/issuer.public'
    await copyFile(join(home, trust), join(folder, isV1 ? 'ca.pem' : 'issuer.public.txt'))
  } finally {
    await network.down()
    await rm(home, { recursive: true })
  }
  console.log(`${folder}: ${EXCHANGES.length} exchanges`)
}

/** @typedef {{ subject: string, payload: string }} Overheard */

/** @param {Network} network */
async function listen(network) {
  const { config, env } = network.client(ADMIN)
  const args = ['spy', config, `${network.protocol === 'v1' ? 'mcollective' : 'choria'}.>`]
  const child = spawn(network.lab, args, { env: { ...process.env, ...env, LAB_LEASH: '1' } })
  /** @type {Overheard[]} */
  const overheard = []
  createInterface(child.stdout).on('line', (line) => overheard.push(JSON.parse(line)))
  await new Promise((listening, reject) => {
    child.stderr.on('data', (text) => `${text}`.includes('listening') && listening(undefined))
    child.on('close', () => reject(new Error('the broker let nobody listen')))
  })
  return { overheard, end: () => child.stdin.end() }
}

/** The same request goes to each node. @param {readonly Overheard[]} overheard */
function exchange(overheard) {
  const of = (/** @type {RegExp} */ subject) =>
    overheard
      .filter((message) => subject.test(message.subject))
      .map(({ payload }) => JSON.parse(payload))
  return { request: of(/^\w+\.node\./)[0], replies: of(/^\w+\.reply\./) }
}
