// A network of a real broker and real Choria servers on loopback, in one folder.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { callerOf, certnameOf } from './configuration.mjs'
import { isRunning, startDaemon, stopDaemon } from './daemon.mjs'
import { resetNode, writeFiles } from './files.mjs'
import { labNode } from './node.mjs'
import { usualPolicy } from './policy.mjs'
import { freePort, greeted } from './port.mjs'
import { program } from './program.mjs'

/** Until all agents answer; a loaded machine takes a while to start some servers. */
const READY_S = 90
/** Until the broker has noticed that a server is gone: some milliseconds, unless the machine is busy. */
const GONE_S = 30
/** The free port that was found may be taken before the broker has it. */
const PORT_TRIES = 3

/**
 * What a network is like; everything has a default.
 * @typedef {object} NetworkOptions
 * @property {import('./configuration.mjs').Protocol} [protocol] v1
 * @property {'choria' | 'nats'} [broker] Choria's own, or a stock nats-server (v1 only)
 * @property {readonly string[]} [nodes] identities; node1 to node3.example.net
 * @property {readonly string[]} [clients] operator, who may do all, and guest, who may only look; one named admin sees all messages
 * @property {boolean} [delegated] v2: tokens come from an issuer that the organisation's vouches for
 * @property {number} [timeout] seconds until a server gives up a call of the agent; 20, as the plugin has it
 * @property {Readonly<Record<string, import('./policy.mjs').Policy | null>>} [policies] of nodes; null: no file
 * @property {Readonly<Record<string, Record<string, string>>>} [settings] of servers, besides the usual ones
 * @property {Readonly<Record<string, import('./node.mjs').Puppet>>} [puppets] nodes that have a real Puppet
 * @property {boolean} [leash] whether all ends with this process; true
 * @property {(line: string) => void} [tell] what takes long
 */

/** @typedef {ReturnType<typeof openNetwork>} Network */

/**
 * What is kept of a network between commands, in lab.json.
 * @typedef {object} Kept
 * @property {import('./configuration.mjs').Protocol} protocol
 * @property {'choria' | 'nats'} broker
 * @property {number} port
 * @property {readonly string[]} nodes
 * @property {readonly string[]} clients
 * @property {Readonly<Record<string, import('./node.mjs').Puppet>>} [puppets] of nodes that have a real one
 * @property {string} lab the program
 * @property {Record<string, number>} pids of `broker` and of servers by node
 */

/**
 * Brings up a network and waits until each node's agent answers. Rejects with what the logs say when one
 * does not; nothing is left running then.
 * @param {string} where folder, made if it is not there; its credentials are used again
 * @param {NetworkOptions} [options]
 */
export async function up(where, options = {}) {
  const folder = resolve(where)
  const wanted = withDefaults(options)
  const built = await program(options.tell)
  if ('reason' in built) throw new Error(built.reason)
  if (existsSync(keptFile(folder))) await openNetwork(folder, wanted.leash).down()

  const { protocol, broker, nodes, clients, puppets } = wanted
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    await writeFiles({ folder, protocol, port }, wanted, built)
    keep(folder, { protocol, broker, port, nodes, clients, puppets, lab: built.lab, pids: {} })
    const network = openNetwork(folder, wanted.leash)
    try {
      if (!(await network.startBroker())) {
        if (tries < PORT_TRIES) continue
        throw new Error(`the broker does not start, see ${join(folder, 'broker.log')}`)
      }
      await Promise.all(nodes.map((node) => network.startServer(node)))
      await network.ready()
      return network
    } catch (error) {
      await network.down()
      throw error
    }
  }
}

/** @param {NetworkOptions} options */
function withDefaults(options) {
  const wanted = {
    protocol: /** @type {const} */ ('v1'),
    broker: /** @type {const} */ ('choria'),
    nodes: ['node1.example.net', 'node2.example.net', 'node3.example.net'],
    clients: ['operator', 'guest'],
    delegated: false,
    timeout: 20,
    policies: {},
    settings: {},
    puppets: {},
    leash: true,
    ...options,
  }
  if (wanted.protocol === 'v2' && wanted.broker === 'nats') {
    throw new Error('A stock nats-server knows no tokens: v2 needs the broker choria')
  }
  return wanted
}

/**
 * A network that is up, or was.
 * @param {string} where folder
 * @param {boolean} [leash] whether what is started from now on ends with this process
 */
export function openNetwork(where, leash = true) {
  const folder = resolve(where)
  /** @type {Kept} */
  const kept = JSON.parse(readFileSync(keptFile(folder), 'utf8'))
  const { protocol, nodes, pids } = kept
  const home = (/** @type {string} */ node) => join(folder, 'nodes', node)
  const nodeOf = (/** @type {string} */ node) => labNode(home(node), kept.puppets?.[node])
  const serverConf = (/** @type {string} */ node) => join(home(node), 'server.conf')
  const brokerConf = join(folder, 'broker.conf')

  const client = (name = 'operator') => ({
    caller: callerOf(protocol, name),
    certname: certnameOf(name),
    config: join(folder, 'clients', name, 'client.conf'),
    /** What a process needs to be that client. */
    env: { MCOLLECTIVE_CERTNAME: certnameOf(name), USER: name },
  })

  /** @param {string} name @param {number | undefined} pid */
  const remember = (name, pid) => {
    if (pid === undefined) delete pids[name]
    else pids[name] = pid
    keep(folder, kept)
  }

  /** Choria's own client. @param {readonly string[]} args */
  const lab = (args) =>
    promisify(execFile)(kept.lab, args, { env: { ...process.env, ...client().env } })

  const network = {
    folder,
    ...kept,
    client,
    node: nodeOf,
    /** Whether it came up; false: probably somebody else has the port. */
    async startBroker() {
      const args = [kept.broker === 'nats' ? 'nats' : 'broker', brokerConf]
      const pid = await startDaemon(kept.lab, args, { log: join(folder, 'broker.log'), leash })
      remember('broker', pid)
      return greeted(kept.port, () => isRunning(pid, brokerConf))
    },
    async stopBroker() {
      await stopDaemon(pids['broker'], brokerConf)
      remember('broker', undefined)
    },
    /** Starts it; `ready` waits for it. @param {string} node */
    async startServer(node) {
      const log = join(home(node), 'out.log')
      remember(node, await startDaemon(kept.lab, ['server', serverConf(node)], { log, leash }))
    },
    /** As if the machine lost its power. @param {string} node */
    async stopServer(node) {
      await stopDaemon(pids[node], serverConf(node))
      remember(node, undefined)
    },
    /** Waits until the broker knows that a server which was stopped is not connected. @param {string} node */
    async gone(node) {
      await lab(['gone', client().config, node, `${GONE_S}`])
    },
    /** Waits until the agents of these nodes answer. @param {readonly string[]} [which] */
    async ready(which = nodes) {
      if (which.length === 0) return
      await lab(['wait', client().config, which.join(','), `${READY_S}`])
    },
    /**
     * What Choria's own client is told.
     * @param {string} action @param {readonly string[]} [which] @param {readonly string[]} [inputs] INPUT=VALUE
     */
    async ask(action, which = nodes, inputs = []) {
      const args = ['req', client().config, which.join(','), 'puppet', action, ...inputs]
      const { stdout } = await lab(args)
      const lines = stdout.split('\n').filter((line) => line !== '')
      return lines.map(
        (line) =>
          /** @type {{ node: string, code: number, text: string, data: any }} */ (JSON.parse(line)),
      )
    },
    /** Policies as they are by default. */
    async permitAsUsual() {
      const usual = usualPolicy((name) => callerOf(protocol, name))
      await Promise.all(nodes.map((node) => nodeOf(node).permit(usual)))
    },
    /** All nodes as they were in the beginning; runs that are on are killed. */
    async reset() {
      const puppet = join(folder, 'plugins', 'mcollective', 'agent', 'puppet')
      await Promise.all(
        nodes.map(async (name) => {
          const node = nodeOf(name)
          await endRuns(node)
          await resetNode(node, puppet)
        }),
      )
    },
    /** Ends everything; the files stay. */
    async down() {
      await Promise.all(nodes.map((node) => network.stopServer(node)))
      await network.stopBroker()
      await Promise.all(nodes.map((node) => endRuns(nodeOf(node))))
    },
  }
  return network
}

/** Runs outlive the server that started them, as real ones do. @param {import('./node.mjs').LabNode} node */
async function endRuns(node) {
  const pids = new Set((await node.runs()).map(({ pid }) => pid))
  for (const pid of pids) await stopDaemon(pid, node.mark)
}

/** @param {string} folder */
function keptFile(folder) {
  return join(folder, 'lab.json')
}

/** At once, as several daemons are started side by side. @param {string} folder @param {Kept} kept */
function keep(folder, kept) {
  writeFileSync(keptFile(folder), `${JSON.stringify(kept, null, 2)}\n`)
}
