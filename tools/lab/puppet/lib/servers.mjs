// PostgreSQL, PuppetDB and Puppet Server of a lab: real ones, from Debian's packages, without systemd.
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, pause, startDaemon } from '../../choria/lib/daemon.mjs'

const POSTGRES = '/usr/lib/postgresql/15/bin'
/** Each takes two to three minutes on two cores: the start of a JVM with JRuby or Clojure. */
const MOST_SECONDS = 600

/** What a lab needs of Debian 12, by the package that brings it. */
const NEEDED = {
  puppetserver: '/usr/share/puppetserver/puppetserver.jar',
  puppetdb: '/usr/share/puppetdb/puppetdb.jar',
  'puppet-terminus-puppetdb': '/usr/lib/ruby/vendor_ruby/puppet/reports/puppetdb.rb',
  'puppet-agent': '/usr/bin/puppet',
  postgresql: `${POSTGRES}/initdb`,
}

/** Why there can be no lab here, on one line. @returns {string | undefined} */
export function missing() {
  const packages = Object.entries(NEEDED).flatMap(([name, file]) =>
    existsSync(file) ? [] : [name],
  )
  if (packages.length > 0)
    return `these packages of Debian 12 are not installed: ${packages.join(', ')}`
  return process.getuid?.() === 0
    ? undefined
    : 'it takes root, for PostgreSQL to run as its own user'
}

/** @typedef {import('./settings.mjs').Ports} Ports */

/** @param {string} command @param {string[]} args @param {object} [options] */
function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
}

/** The user that PostgreSQL runs as, which must not be root. */
function postgresUser() {
  const id = (/** @type {string} */ flag) => Number(run('id', [flag, 'postgres']))
  return { uid: id('-u'), gid: id('-g'), cwd: '/' }
}

/** @param {string} lab @param {Ports} ports */
export function startPostgres(lab, { postgres }) {
  const folder = join(lab, 'pg')
  const user = postgresUser()
  const fresh = !existsSync(join(folder, 'data'))
  chownSync(folder, user.uid, user.gid)
  if (fresh) run(`${POSTGRES}/initdb`, ['-D', `${folder}/data`, '-A', 'trust'], user)
  const settings = `-p ${postgres} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`
  const start = ['-D', `${folder}/data`, '-w', '-l', `${folder}/log`, '-o', settings, 'start']
  run(`${POSTGRES}/pg_ctl`, start, { ...user, stdio: 'ignore' })
  if (!fresh) return
  const sql = (/** @type {string} */ database, /** @type {string} */ text) =>
    run(`${POSTGRES}/psql`, ['-h', folder, '-p', `${postgres}`, '-c', text, database], user)
  sql('postgres', "CREATE ROLE puppetdb LOGIN PASSWORD 'puppetdb'")
  sql('postgres', 'CREATE DATABASE puppetdb OWNER puppetdb TEMPLATE template0')
  sql('puppetdb', 'CREATE EXTENSION pg_trgm')
}

/** @param {string} lab */
export function stopPostgres(lab) {
  run(`${POSTGRES}/pg_ctl`, ['-D', `${lab}/pg/data`, '-m', 'fast', 'stop'], postgresUser())
}

/** Root, intermediate, revocation lists and the servers' certificate. @param {string} lab */
export function setUpCa(lab) {
  if (existsSync(join(lab, 'puppet/ca'))) return
  run('puppetserver', ['ca', 'setup', '--config', `${lab}/puppet/puppet.conf`])
  // The tool hands the files to the user puppet; the servers of a lab run as root.
  run('chown', ['-R', 'root:root', `${lab}/puppet`])
}

/** @param {string} lab @returns {Promise<number>} process number */
export function startPuppetServer(lab) {
  writeFileSync(join(lab, 'sv/run/restart'), '0')
  return startDaemon(
    'java',
    [
      ...['-Xms512m', '-Xmx1g', '-Djruby.lib=/usr/share/jruby/lib'],
      '-Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger',
      ...['-jar', '/usr/share/puppetserver/puppetserver.jar', '--config', `${lab}/sv/conf.d`],
      ...['--bootstrap-config', `${lab}/sv/services.d`, '--restart-file', `${lab}/sv/run/restart`],
    ],
    { log: `${lab}/sv/log/out`, leash: false },
  )
}

/** @param {string} lab @returns {Promise<number>} process number */
export function startPuppetDb(lab) {
  writeFileSync(join(lab, 'pdb/restart'), '0')
  return startDaemon(
    'java',
    [
      ...['-Xmx384m', '-cp', '/usr/share/puppetdb/puppetdb.jar', 'clojure.main'],
      ...['-m', 'puppetlabs.puppetdb.core', 'services', '--config', `${lab}/pdb/conf.d`],
      ...['--bootstrap-config', `${lab}/pdb/bootstrap.cfg`, '--restart-file', `${lab}/pdb/restart`],
    ],
    { log: `${lab}/pdb/log/out`, leash: false },
  )
}

/**
 * Waits until a server has written that it is ready.
 * @param {string} file its restart file @param {number} pid @param {string} log
 */
export async function ready(file, pid, log) {
  for (let second = 0; second < MOST_SECONDS; second++) {
    if (readFileSync(file, 'utf8').startsWith('1')) return
    if (!(await isRunning(pid, 'java'))) break
    await pause(1000)
  }
  throw new Error(`The server did not come up; see ${log}`)
}

/** Has Puppet Server read its settings again. @param {string} lab @param {number} pid */
export async function reload(lab, pid) {
  const file = join(lab, 'sv/run/restart')
  const before = readFileSync(file, 'utf8')
  process.kill(pid, 'SIGHUP')
  for (let second = 0; second < MOST_SECONDS; second++) {
    await pause(1000)
    // The server counts in it how often it came up.
    if (readFileSync(file, 'utf8') !== before) return
  }
  throw new Error(`Puppet Server did not come up again; see ${lab}/sv/log`)
}

/** @param {number} pid */
export async function stopServer(pid) {
  if (!(await isRunning(pid, 'java'))) return
  process.kill(pid, 'SIGTERM')
  while (await isRunning(pid, 'java')) await pause(200)
}
