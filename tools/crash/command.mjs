// The command `choirmaster` itself, in real time: stopped while a node runs, taken over by `resume` of somebody else once
// its lease has passed, and woken up when that begins.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { OPERATORS } from './house.mjs'
import { falsehoods, lateOf, LEASE_MS } from './slept.mjs'

const CLI = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url))
/** The seed's LAMP site. */
const SITE = `environment: production
applications:
  Lamp[app1]:
    Lamp::Db[db]: { node: dev1, produces: ['Sql[db]'] }
    Lamp::Web[two]: { node: dev2, consumes: ['Sql[db]'] }
    Lamp::Web[three]: { node: dev3, consumes: ['Sql[db]'] }
    Lamp::Web[four]: { node: dev4, consumes: ['Sql[db]'] }
`
const NODES = ['dev1', 'dev2', 'dev3', 'dev4']
/** Until the first node runs: a look, locks, and 20 s in which they must be idle. */
const RUNS_WITHIN_MS = 120_000

/**
 * @param {import('./house.mjs').House} house @param {import('./house.mjs').Store} store
 * @returns {Promise<import('./slept.mjs').Slept>}
 */
export function commandSlept(house, store) {
  return house.live(NODES, async ({ folder, log, sent, configOf }) => {
    writeFileSync(join(folder, 'site.yaml'), SITE)
    writeFileSync(join(folder, 'choirmaster.yaml'), `store: { use: ${store} }\n`)
    const start = (/** @type {keyof typeof OPERATORS} */ who, /** @type {string[]} */ args) => {
      const { certname } = OPERATORS[who]
      const config = configOf(certname)
      const all = [CLI, ...args, '--yes', '--json', '--choria-config', config]
      const own = {
        HOME: folder,
        XDG_STATE_HOME: join(folder, 'state'),
        MCOLLECTIVE_CERTNAME: certname,
      }
      return started(spawn(process.execPath, all, { cwd: folder, env: { ...process.env, ...own } }))
    }

    const sleeper = start('deploy', ['run', '--site', 'site.yaml'])
    await until(() => log.some(({ what }) => what === 'started'), sleeper.over)
    sleeper.child.kill('SIGSTOP')
    const stoppedAt = Date.now()
    await delay(LEASE_MS)
    const taker = start('other', ['resume', 'last'])
    const { caller } = OPERATORS.other
    await until(() => sent.some((one) => one.caller === caller), taker.over)
    const wokeAt = Date.now()
    sleeper.child.kill('SIGCONT')
    const [own, taken] = await Promise.all([sleeper.over, taker.over])

    const { late: faults, before } = lateOf(sent, stoppedAt, wokeAt)
    faults.push(...falsehoods(own.report, log))
    for (const [who, { code, report }] of Object.entries({ sleeper: own, taker: taken })) {
      if (code !== report.exit) faults.push(`${who} exits with ${code}, and says ${report.exit}`)
    }
    if (taken.code !== 0) faults.push(`resumed, it ended with ${taken.code}: ${taken.told}`)
    const end = `${own.report.result}: ${own.report.reason}`
    return { what: 'slept', faults, exit: own.code ?? -1, end, before }
  })
}

/** @param {import('node:child_process').ChildProcessWithoutNullStreams} child */
function started(child) {
  let out = ''
  let told = ''
  child.stdout.on('data', (data) => (out += String(data)))
  child.stderr.on('data', (data) => (told += String(data)))
  /** @type {Promise<{ code: number | null, report: any, told: string }>} */
  const over = new Promise((resolve, reject) => {
    child.once('close', (code) => {
      try {
        resolve({ code, report: JSON.parse(out), told: told || out })
      } catch {
        reject(new Error(`it ended with ${code}, and no report: ${out} ${told}`))
      }
    })
  })
  return { child, over }
}

/** @param {() => boolean} isSo @param {Promise<{ told: string }>} over */
async function until(isSo, over) {
  let ended = ''
  over.then(
    ({ told }) => (ended = told),
    (error) => (ended = String(error)),
  )
  for (let waited = 0; !isSo(); waited += 100) {
    if (ended !== '') throw new Error(`it ended too soon: ${ended}`)
    if (waited > RUNS_WITHIN_MS) throw new Error('nothing runs')
    await delay(100)
  }
}
