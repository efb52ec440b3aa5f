// Nodes and operators of a lab, any number on one machine: all that Puppet keeps of each is in a folder of its own.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** @typedef {import('./settings.mjs').Ports} Ports */

/** Of the nodes; the servers keep to their packages. Another one may be a newer Puppet, run from its sources. */
export const PROGRAM = process.env['CHOIRMASTER_LAB_PUPPET'] || 'puppet'
/** One run of a node, as Choria's agent starts it. */
export const RUN = ['agent', '--onetime', '--no-daemonize', '--color=false', '--verbose']
/** A log of a run is longer than the usual megabyte where a diff is. */
const MOST_OUTPUT = 1 << 26

/**
 * Where Puppet keeps what others read of a node. Both were one folder before Puppet 7.
 * @param {string} lab @param {string} certname
 */
export function foldersOf(lab, certname) {
  const home = join(lab, 'nodes', certname)
  return {
    home,
    confdir: join(home, 'etc'),
    ssldir: join(home, 'ssl'),
    state: join(home, 'var/state'),
    /** Of the last catalog. */
    cache: join(home, 'var/client_data'),
    summary: join(home, 'public/last_run_summary.yaml'),
  }
}

/**
 * Writes the settings of a node; nothing of /etc is used, nor is a folder shared with another node.
 * @param {string} lab @param {Ports} ports @param {string} certname
 * @param {string} [environment] that the node is in
 */
export function writeNode(lab, { server }, certname, environment = 'production') {
  const { home, confdir, ssldir } = foldersOf(lab, certname)
  mkdirSync(confdir, { recursive: true })
  const settings = {
    ...{ certname, environment, ssldir, server: 'localhost', serverport: server },
    ...{ vardir: join(home, 'var'), rundir: join(home, 'run'), logdir: join(home, 'log') },
    // Not below vardir by default: all nodes would write one summary.
    publicdir: join(home, 'public'),
    // 4096 by default, which takes Ruby seconds for each node.
    keylength: 2048,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(confdir, 'puppet.conf'), `[main]\n${lines.join('')}`)
}

/**
 * Arguments of `puppet` for a command as that node.
 * @param {string} lab @param {string} certname @param {readonly string[]} args
 */
export function asNode(lab, certname, args) {
  return [...args, '--confdir', foldersOf(lab, certname).confdir]
}

/** Gives what it printed. @param {string} lab @param {string} certname @param {readonly string[]} args */
export function puppet(lab, certname, args) {
  return execFileSync(PROGRAM, asNode(lab, certname, args), {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/**
 * The same while others go on. @param {string} lab @param {string} certname @param {readonly string[]} args
 */
export async function puppetAside(lab, certname, args) {
  const run = promisify(execFile)
  await run(PROGRAM, asNode(lab, certname, args), { maxBuffer: MOST_OUTPUT })
}

/** The process, which may be killed. @param {string} lab @param {string} certname @param {readonly string[]} args */
export function startPuppet(lab, certname, args) {
  return spawn(PROGRAM, asNode(lab, certname, args), { stdio: 'ignore' })
}
