// Real Puppet Server, PuppetDB, PostgreSQL and CA on this machine; docs/puppetdb.md tells what for. As root, with
//   apt-get install --no-install-recommends puppetserver puppetdb puppet-terminus-puppetdb puppet-agent postgresql
//   node tools/lab/puppet/lab.mjs up FOLDER          FOLDER must be searchable by the user postgres
//   node tools/lab/puppet/lab.mjs run FOLDER NODE …  a real Puppet run of each node, one after another
//   node tools/lab/puppet/lab.mjs check FOLDER       what the source puppetdb must give; after npm run build
//   node tools/lab/puppet/lab.mjs fresh FOLDER       what --fresh and exported resources must give; after check
//   node tools/lab/puppet/lab.mjs enroll FOLDER      what `choirmaster enroll` must do with the CA; after npm run build
//   node tools/lab/puppet/lab.mjs witness FOLDER     what the witness puppetdb must tell of real runs; after npm run build
//   node tools/lab/puppet/lab.mjs chain FOLDER       `choirmaster run` over real Choria servers; after npm run build
//   node tools/lab/puppet/lab.mjs down FOLDER
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../choria/lib/port.mjs'
import { puppet, RUN, writeNode } from './lib/nodes.mjs'
import {
  ready,
  reload,
  setUpCa,
  startPostgres,
  startPuppetDb,
  startPuppetServer,
  stopPostgres,
  stopServer,
} from './lib/servers.mjs'
import { allowRule, deployManifest, isAllowed, MANIFEST, writeSettings } from './lib/settings.mjs'

const OPERATOR = 'rip.mcollective'
const [command = '', folder = '', ...nodes] = process.argv.slice(2)
const lab = resolve(folder)

const COMMANDS = {
  up,
  run: () => runPuppet(nodes),
  check: async () => {
    // Not before it is asked for: the other commands need no build.
    const { check } = await import('./lib/check.mjs')
    await check(sourceOf(), readFileSync(MANIFEST, 'utf8'))
  },
  fresh: async () => {
    const { checkFresh } = await import('./lib/fresh.mjs')
    await checkFresh(sourceOf(), readFileSync(MANIFEST, 'utf8'), {
      serverUrl: `localhost:${portsOf().server}`,
      allowed: isAllowed(lab, OPERATOR),
      allow: async (rule) => {
        allowRule(lab, rule)
        await reload(lab, pidsOf().server)
      },
    })
  },
  enroll: async () => {
    const { checkEnroll } = await import('./lib/enroll.mjs')
    await checkEnroll({ lab, server: portsOf().server })
  },
  witness: async () => {
    const { checkWitness } = await import('./lib/witness.mjs')
    await checkWitness(lab, portsOf(), sourceOf())
  },
  chain: async () => {
    const { checkChain } = await import('./lib/chain.mjs')
    await checkChain(lab, portsOf())
  },
  down,
}

if (!(command in COMMANDS) || folder === '') {
  console.error('Usage: lab.mjs up|run|check|fresh|enroll|witness|chain|down FOLDER …')
  process.exit(1)
}
await COMMANDS[/** @type {keyof COMMANDS} */ (command)]()

/** @returns {import('./lib/settings.mjs').Ports} */
function portsOf() {
  return JSON.parse(readFileSync(join(lab, 'ports.json'), 'utf8'))
}

/** @returns {{ db: number, server: number }} process numbers */
function pidsOf() {
  return JSON.parse(readFileSync(join(lab, 'pids.json'), 'utf8'))
}

/** @returns {import('./lib/check.mjs').Lab} */
function sourceOf() {
  return {
    url: `localhost:${portsOf().db}`,
    certname: OPERATOR,
    ssldir: join(lab, 'nodes', OPERATOR, 'ssl'),
    run: runPuppet,
    deploy: (manifest) => deployManifest(lab, manifest),
  }
}

/** @param {string[]} names */
function runPuppet(names) {
  for (const node of names) {
    writeNode(lab, portsOf(), node)
    puppet(lab, node, RUN)
    console.log(`${node} has run`)
  }
}

async function up() {
  mkdirSync(lab, { recursive: true })
  if (!existsSync(join(lab, 'ports.json'))) {
    const [server, db, dbPlain, postgres] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    writeSettings(lab, { server, db, dbPlain, postgres })
  }
  const ports = portsOf()
  startPostgres(lab, ports)
  setUpCa(lab)
  const pids = { db: await startPuppetDb(lab), server: await startPuppetServer(lab) }
  writeFileSync(join(lab, 'pids.json'), JSON.stringify(pids))
  await Promise.all([
    ready(join(lab, 'pdb/restart'), pids.db, `${lab}/pdb/log`),
    ready(join(lab, 'sv/run/restart'), pids.server, `${lab}/sv/log`),
  ])
  writeNode(lab, ports, OPERATOR)
  puppet(lab, OPERATOR, ['ssl', 'bootstrap'])
  console.log(`Up: Puppet Server localhost:${ports.server}, PuppetDB localhost:${ports.db}

npx choirmaster plan --catalog puppetdb --set catalog.url=localhost:${ports.db} --set catalog.certname=${OPERATOR} \\
  --set catalog.ssldir=${lab}/nodes/${OPERATOR}/ssl`)
}

async function down() {
  const { db, server } = pidsOf()
  await Promise.all([stopServer(db), stopServer(server)])
  stopPostgres(lab)
  console.log(`Down; the folder stays: ${lab}`)
}
