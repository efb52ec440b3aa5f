// The whole chain with every part real: the command, the graph and the reports from PuppetDB, requests over Choria's
// broker and servers, and Puppet's own runs on four nodes. Needs a build of the packages.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { up } from '../../choria/lib/network.mjs'
import { asNode, foldersOf, puppet, puppetAside, RUN, writeNode } from './nodes.mjs'
import {
  DB,
  deployShop,
  ENVIRONMENT,
  forgetWork,
  LB,
  NODES,
  WEB1,
  WEB2,
  workDone,
} from './shop.mjs'

const PROGRAM = resolve(import.meta.dirname, '../../../../packages/cli/bin/run.js')
const OPERATOR = 'operator.mcollective'
/** The broker's certificate. */
const BROKER = 'localhost'
const SIDE_BY_SIDE = [WEB1, WEB2]

/** @typedef {import('./settings.mjs').Ports} Ports */
/** @typedef {import('../../choria/lib/network.mjs').Network} Network */
/** @typedef {import('@choirmaster/core').RunReport} RunReport */

/** @param {string} lab @param {Ports} ports */
export async function checkChain(lab, ports) {
  deployShop(lab)
  await firstRuns(lab, ports)
  const network = await upNetwork(lab)
  try {
    configure(network, ports)
    await good(network, lab)
    await broken(network, lab)
  } finally {
    await network.down()
  }
}

/** Each node gets its certificate and has a catalog in PuppetDB, by a run that nobody ordered. @param {string} lab @param {Ports} ports */
async function firstRuns(lab, ports) {
  for (const name of [OPERATOR, BROKER]) {
    writeNode(lab, ports, name)
    puppet(lab, name, ['ssl', 'bootstrap'])
  }
  for (const node of NODES) writeNode(lab, ports, node, ENVIRONMENT)
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
    return [node, { state, summary, command: ['puppet', ...asNode(lab, node, ['agent'])] }]
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

/** A folder to work in, and where PuppetDB is in Choria's own configuration. @param {Network} network @param {Ports} ports */
function configure(network, ports) {
  const { config } = network.client()
  const beside = join(config, '../plugin.d')
  mkdirSync(beside, { recursive: true })
  const where = { puppetdb_host: 'localhost', puppetdb_port: ports.db }
  const lines = Object.entries(where).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(beside, 'choria.cfg'), lines.join(''))
  const shell = shellOf(network)
  mkdirSync(shell, { recursive: true })
  const settings = `environment: ${ENVIRONMENT}
catalog: { use: puppetdb, choriaConfig: ${config} }
transport: { use: nats, choriaConfig: ${config} }
witness: { use: puppetdb, choriaConfig: ${config} }
store: { use: file, dir: runs }
`
  writeFileSync(join(shell, 'choirmaster.yaml'), settings)
  console.log(`\n${join(shell, 'choirmaster.yaml')}:\n${settings}`)
}

const shellOf = (/** @type {Network} */ { folder }) => join(folder, '../shell')

/** A run that goes well. @param {Network} network @param {string} lab */
async function good(network, lab) {
  forgetWork(lab)
  equal(await shown(network, ['run', '--yes']), 0)
  const report = await reportOf(network)
  deepEqual([report.result, report.counts], ['succeeded', { changed: 4 }])
  deepEqual(report.left_disabled, {})
  deepEqual(await locks(network), {})
  const done = workDone(lab)
  deepEqual([...done.map(({ node }) => node)].sort(), [...NODES].sort())
  inOrder(Object.fromEntries(done.map(({ node, begin, end }) => [node, { begin, end }])))
  for (const { node, disabled } of done) {
    const runs = SIDE_BY_SIDE.includes(node) ? SIDE_BY_SIDE : [node]
    const held = NODES.filter((one) => !runs.includes(one))
    deepEqual(
      held.filter((one) => !disabled.includes(one)),
      [],
      `while ${node} ran`,
    )
    ok(!disabled.includes(node), node)
  }
  inOrder(Object.fromEntries(NODES.map((node) => [node, reportedBy(report, node)])))
  console.log(
    '\nThe order is that of the graph, by the work of the runs and by their reports in PuppetDB;',
  )
  console.log('the nodes of other groups were disabled whenever one ran; all are enabled again\n')
}

/** @param {Record<string, { begin: number, end: number }>} runs */
function inOrder(runs) {
  const [db, web1, web2, lb] = /** @type {{ begin: number, end: number }[]} */ (
    NODES.map((node) => runs[node])
  )
  for (const web of [web1, web2]) {
    ok(db && web && lb)
    ok(db.end < web.begin, `the database first: ${JSON.stringify(runs)}`)
    ok(web.end < lb.begin, `the balancer last: ${JSON.stringify(runs)}`)
  }
}

/** What PuppetDB says of the run that was judged. @param {RunReport} report @param {string} node */
function reportedBy({ nodes }, node) {
  const seen = /** @type {any} */ (nodes[node])?.evidence.report
  deepEqual([seen.status, seen.cached, seen.environment], ['changed', 'not_used', ENVIRONMENT])
  return { begin: seen.start * 1000, end: seen.end * 1000 }
}

/** A run of a site whose code does not compile on one node, which Puppet hides behind its cached catalog. @param {Network} network @param {string} lab */
async function broken(network, lab) {
  deployShop(lab, { broken: WEB1 })
  forgetWork(lab)
  equal(await shown(network, ['run', '--yes']), 7)
  const report = await reportOf(network)
  equal(report.result, 'failed')
  const results = NODES.map((node) => report.nodes[node]?.result)
  deepEqual(results, ['changed', 'failed', 'changed', 'skipped'])
  equal(report.nodes[WEB1]?.code, 'puppet-stale-catalog')
  equal(/** @type {any} */ (report.nodes[WEB1])?.evidence.report.cached, 'on_failure')
  equal(report.nodes[LB]?.because, WEB1)
  const order = workDone(lab).map(({ node }) => node)
  deepEqual([order[0], [...order].sort()], [DB, [DB, WEB1, WEB2].sort()])

  deepEqual(Object.keys(report.left_disabled).sort(), [...NODES].sort())
  const held = Object.fromEntries(NODES.map((node) => [node, report.lock_text]))
  deepEqual(await locks(network), held)
  const refused = puppetRefuses(lab, LB)
  match(refused, /administratively disabled.*choirmaster run=/s)
  console.log(
    `\nOne application, so all four nodes stay disabled and are named, and Puppet itself refuses:\n  ${refused.trim()}\n`,
  )

  equal(await shown(network, ['enable', '--run', report.run, '--yes']), 0)
  deepEqual(await locks(network), {})
  console.log('\nAll are enabled again')
}

/** What Puppet says where somebody runs it by hand. @param {string} lab @param {string} node */
function puppetRefuses(lab, node) {
  try {
    puppet(lab, node, RUN)
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error)
    return `${stdout}${stderr}`
  }
  throw new Error(`Puppet ran on ${node}, which is disabled`)
}

/** Message of each lock, from the nodes' own disks. @param {Network} network */
async function locks(network) {
  const all = NODES.map(
    async (node) => /** @type {const} */ ([node, await network.node(node).lock()]),
  )
  return Object.fromEntries((await Promise.all(all)).filter(([, lock]) => lock !== undefined))
}

/** The command as the operator types it, with what it prints. @param {Network} network @param {string[]} args @returns {Promise<number | null>} */
function shown(network, args) {
  console.log(`$ choirmaster ${args.join(' ')}`)
  return choirmaster(network, args, 'inherit').over
}

/** @param {Network} network @returns {Promise<RunReport>} */
async function reportOf(network) {
  const { child, over } = choirmaster(network, ['show', 'last', '--json'], 'pipe')
  let text = ''
  child.stdout?.on('data', (chunk) => (text += chunk))
  equal(await over, 0)
  return JSON.parse(text)
}

/** @param {Network} network @param {string[]} args @param {'inherit' | 'pipe'} stdout */
function choirmaster(network, args, stdout) {
  const { env } = network.client()
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: shellOf(network),
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit'],
  })
  /** @type {Promise<number | null>} */
  const over = new Promise((done, failed) => child.once('error', failed).once('close', done))
  return { child, over }
}
