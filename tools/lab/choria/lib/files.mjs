// Everything that a network needs on disk before anything is started.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  brokerConfig,
  callerOf,
  certnameOf,
  clientConfig,
  natsConfig,
  serverConfig,
} from './configuration.mjs'
import { labNode } from './node.mjs'
import { EVERYTHING, usualPolicy } from './policy.mjs'

const DDL = fileURLToPath(new URL('../agent/puppet.json', import.meta.url))
/** A server takes no agent whose files are younger than 5 s. */
const OLD_ENOUGH_S = 60
/** The client that may see all messages. */
export const ADMIN = 'admin'
/** Each node has had a good run, that long ago. */
const LAST_RUN_S = 3600

/**
 * @typedef {object} Wanted
 * @property {'choria' | 'nats'} broker
 * @property {readonly string[]} nodes
 * @property {readonly string[]} clients
 * @property {boolean} delegated
 * @property {number} timeout
 * @property {Readonly<Record<string, import('./policy.mjs').Policy | null>>} policies
 * @property {Readonly<Record<string, Record<string, string>>>} settings
 * @property {Readonly<Record<string, import('./node.mjs').Puppet>>} puppets
 */

/**
 * @param {import('./configuration.mjs').Site} site
 * @param {Wanted} wanted
 * @param {import('./program.mjs').Program} program
 */
export async function writeFiles(site, wanted, program) {
  const { folder, protocol } = site
  await mkdir(folder, { recursive: true })
  await makeCredentials(site, wanted, program.lab)
  const issuer =
    protocol === 'v2' ? await readFile(join(folder, 'jwt', 'issuer.public'), 'utf8') : ''
  await writeAgent(folder, wanted.timeout, program.puppet)
  const config = wanted.broker === 'nats' ? natsConfig(site) : brokerConfig(site, issuer)
  await writeFile(join(folder, 'broker.conf'), config)
  for (const node of wanted.nodes) await writeNode(site, node, issuer, wanted, program.puppet)
  for (const client of wanted.clients) {
    const home = join(folder, 'clients', client)
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'client.conf'), clientConfig(site, client, issuer))
  }
}

/**
 * @param {import('./configuration.mjs').Site} site
 * @param {Wanted} wanted
 * @param {string} lab
 */
async function makeCredentials({ folder, protocol }, { nodes, clients, delegated }, lab) {
  const isV1 = protocol === 'v1'
  const spec = {
    certificates: ['localhost', ...(isV1 ? [...nodes, ...clients.map(certnameOf)] : [])],
    ...(!isV1 && {
      tokens: {
        delegated,
        servers: [...nodes, 'localhost'],
        clients: clients.map((name) => ({
          name,
          caller: callerOf(protocol, name),
          admin: name === ADMIN,
        })),
      },
    }),
  }
  const making = promisify(execFile)(lab, ['credentials', folder])
  making.child.stdin?.end(JSON.stringify(spec))
  await making
}

/**
 * @param {string} folder
 * @param {number} timeout
 * @param {string} puppet
 */
async function writeAgent(folder, timeout, puppet) {
  const home = join(folder, 'plugins', 'mcollective', 'agent')
  await mkdir(home, { recursive: true })
  const ddl = JSON.parse(await readFile(DDL, 'utf8'))
  ddl.metadata.timeout = timeout
  await writeFile(join(home, 'puppet.json'), JSON.stringify(ddl))
  // A file that runs cannot be written over.
  if (!(await stat(join(home, 'puppet')).catch(() => undefined))) {
    await copyFile(puppet, join(home, 'puppet'))
  }
  const past = Date.now() / 1000 - OLD_ENOUGH_S
  for (const name of ['puppet.json', 'puppet']) await utimes(join(home, name), past, past)
}

/**
 * @param {import('./configuration.mjs').Site} site
 * @param {string} name
 * @param {string} issuer
 * @param {Wanted} wanted
 * @param {string} puppet
 */
async function writeNode(site, name, issuer, wanted, puppet) {
  const real = wanted.puppets[name]
  const node = labNode(join(site.folder, 'nodes', name), real)
  for (const inner of ['policies', 'plugin.d']) {
    await mkdir(join(node.folder, inner), { recursive: true })
  }
  const put = (/** @type {string} */ file, /** @type {string} */ text) =>
    writeFile(join(node.folder, file), text)
  await put('server.conf', serverConfig(site, name, issuer, wanted.settings[name] ?? {}))
  await put('plugin.d/puppet', JSON.stringify(real ?? { state: node.state }))
  await put('facts.json', '{"os":{"family":"Debian"}}')
  await put('classes.txt', '')
  // What anybody may ask of the server itself, such as the versions of its agents.
  await put('policies/rpcutil.policy', EVERYTHING)
  const usual = usualPolicy((client) => callerOf(site.protocol, client))
  const policy = wanted.policies[name]
  await node.permit(policy === undefined ? usual : policy)
  if (real === undefined) await resetNode(node, puppet)
}

/**
 * Enabled, answering, with a good run in the past and good runs to come.
 * @param {import('./node.mjs').LabNode} node
 * @param {string} puppet
 */
export async function resetNode(node, puppet) {
  await rm(node.state, { recursive: true, force: true })
  await mkdir(node.state)
  await promisify(execFile)(puppet, ['record', node.state, 'changed', `${LAST_RUN_S}`])
}
