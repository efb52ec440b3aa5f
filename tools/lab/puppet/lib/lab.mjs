// A lab: one folder with everything in it, the servers that run from there, and what is asked of them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../../choria/lib/port.mjs'
import { puppet, RUN, writeNode } from './nodes.mjs'
import {
  ready,
  reload,
  setUpCa,
  startPostgres,
  startPuppetDb,
  startPuppetServer,
  stopPostgres,
  stopServer,
} from './servers.mjs'
import { allowRule, deployManifest, isAllowed, MANIFEST, writeSettings } from './settings.mjs'

const OPERATOR = 'rip.mcollective'

/** What can be asked of a lab, in this order where all is; each needs a build of the packages. */
export const CHECKS = /** @type {const} */ ([
  'check',
  'fresh',
  'enroll',
  'witness',
  'chain',
  'noop',
])

/** @param {string} folder */
export function labAt(folder) {
  const lab = resolve(folder)

  /** @returns {import('./settings.mjs').Ports} */
  const ports = () => JSON.parse(readFileSync(join(lab, 'ports.json'), 'utf8'))
  /** @returns {{ db: number, server: number }} process numbers */
  const pids = () => JSON.parse(readFileSync(join(lab, 'pids.json'), 'utf8'))
  const manifest = () => readFileSync(MANIFEST, 'utf8')

  /** @param {readonly string[]} nodes */
  function run(nodes) {
    for (const node of nodes) {
      writeNode(lab, ports(), node)
      puppet(lab, node, RUN)
      console.log(`${node} has run`)
    }
  }

  /** @returns {import('./check.mjs').Lab} */
  const source = () => ({
    url: `localhost:${ports().db}`,
    certname: OPERATOR,
    ssldir: join(lab, 'nodes', OPERATOR, 'ssl'),
    run,
    deploy: (text) => deployManifest(lab, text),
  })

  return {
    folder: lab,
    run,

    /** Starts everything and waits until it answers. */
    async up() {
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
      startPostgres(lab, ports())
      setUpCa(lab)
      const started = { db: await startPuppetDb(lab), server: await startPuppetServer(lab) }
      writeFileSync(join(lab, 'pids.json'), JSON.stringify(started))
      await Promise.all([
        ready(join(lab, 'pdb/restart'), started.db, `${lab}/pdb/log`),
        ready(join(lab, 'sv/run/restart'), started.server, `${lab}/sv/log`),
      ])
      writeNode(lab, ports(), OPERATOR)
      puppet(lab, OPERATOR, ['ssl', 'bootstrap'])
      console.log(`Up: Puppet Server localhost:${ports().server}, PuppetDB localhost:${ports().db}

npx choirmaster plan --catalog puppetdb --set catalog.url=localhost:${ports().db} --set catalog.certname=${OPERATOR} \\
  --set catalog.ssldir=${lab}/nodes/${OPERATOR}/ssl`)
    },

    /** The folder stays. Of a lab that is up halfway, what is there. */
    async down() {
      if (existsSync(join(lab, 'pids.json'))) {
        const { db, server } = pids()
        await Promise.all([stopServer(db), stopServer(server)])
      }
      if (existsSync(join(lab, 'pg/data'))) stopPostgres(lab)
    },

    /** Rejects where the servers or Choirmaster are not as they must be. */
    async check() {
      // Not before it is asked for, as the rest: `up` needs no build.
      const { check } = await import('./check.mjs')
      await check(source(), manifest())
    },
    async fresh() {
      const { checkFresh } = await import('./fresh.mjs')
      await checkFresh(source(), manifest(), {
        serverUrl: `localhost:${ports().server}`,
        allowed: isAllowed(lab, OPERATOR),
        allow: async (rule) => {
          allowRule(lab, rule)
          await reload(lab, pids().server)
        },
      })
    },
    async enroll() {
      const { checkEnroll } = await import('./enroll.mjs')
      await checkEnroll({ lab, server: ports().server })
    },
    async witness() {
      const { checkWitness } = await import('./witness.mjs')
      await checkWitness(lab, ports(), source())
    },
    async chain() {
      const { checkChain } = await import('./chain.mjs')
      await checkChain(lab, ports())
    },
    async noop() {
      const { checkNoop } = await import('./noop.mjs')
      await checkNoop(lab, ports(), source())
    },
  }
}
