// What the witness puppetdb must tell of real runs, matched to the attempt as a run of Choirmaster would match it.
// Needs a build of the packages.
import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, recognises } from '@choirmaster/agent-puppet'
import { puppetDbWitness } from '@choirmaster/witness-puppetdb'
import { pause } from '../../choria/lib/daemon.mjs'
import { newHost } from './host.mjs'
import { foldersOf, puppetAside, RUN, startPuppet, writeNode } from './nodes.mjs'
import { deployManifest } from './settings.mjs'

/** Environment and node of their own, so that the other checks find what they left. */
const ENVIRONMENT = 'witness'
const NODE = 'witness.example.net'
const POSTRUN = ['--postrun_command', '/bin/false']
/** For which a report is waited for: it is there 45 ms after its run, later on a busy machine. */
const PATIENCE_MS = 60_000
/** For which one is waited for that must not come. */
const ABSENCE_MS = 10_000

/**
 * A run and what its report must say: the verdict by that report alone, since what the node itself records is proven
 * elsewhere; undefined: there is no report.
 * @typedef {object} Case
 * @property {string} title
 * @property {string} manifest of the node
 * @property {boolean} [noop] whether the run is one
 * @property {boolean} [asked] whether noop is what was asked for
 * @property {boolean} [kill] when its work began
 * @property {boolean} [postrun] whether the node has a postrun command, which fails
 * @property {string} [tags] of the resources to which the run keeps
 * @property {string} [code]
 * @property {import('@choirmaster/core/provide').RunReportFacts['cached']} [cached]
 */

/** @param {string} lab @returns {Case[]} in the order in which they are run: the first must find no cached catalog */
const casesOf = (lab) => {
  const sleeper = `exec { 'work': command => '/bin/sh ${workOf(lab)}' }`
  const broken = `fail('not today')`
  return [
    { title: 'no catalog', manifest: broken, code: 'puppet-report-failed' },
    { title: 'changed', manifest: `notify { 'a change': }`, code: 'puppet-report-changed' },
    { title: 'unchanged', manifest: '', code: 'puppet-report-unchanged' },
    { title: 'failed', manifest: `exec { '/bin/false': }`, code: 'puppet-report-failed' },
    { title: 'cached', manifest: broken, code: 'puppet-report-stale', cached: 'on_failure' },
    {
      title: 'noop of the node',
      manifest: `notify { 'a change': }`,
      noop: true,
      code: 'puppet-report-noop',
    },
    {
      title: 'noop that was asked for',
      manifest: `notify { 'a change': }`,
      ...{ noop: true, asked: true, code: 'puppet-report-unchanged' },
    },
    {
      title: 'changed, with a postrun command that failed',
      ...{ manifest: `notify { 'a change': }`, postrun: true, code: 'puppet-report-command' },
    },
    {
      title: 'unchanged, with all resources skipped',
      ...{ manifest: `notify { 'a change': }`, tags: 'no_such_tag', code: 'puppet-report-skipped' },
    },
    { title: 'killed', manifest: sleeper, kill: true },
  ]
}

const workOf = (/** @type {string} */ lab) => join(foldersOf(lab, NODE).home, 'work')

/**
 * @param {string} lab
 * @param {import('./settings.mjs').Ports} ports
 * @param {import('./check.mjs').Asking} asking
 */
export async function checkWitness(lab, ports, asking) {
  writeNode(lab, ports, NODE, ENVIRONMENT)
  rmSync(foldersOf(lab, NODE).cache, { recursive: true, force: true })
  const call = { signal: new AbortController().signal }
  const { url, certname, ssldir } = asking
  const witness = await puppetDbWitness.open({ url, certname, ssldir }, newHost(), call)
  /** @type {Map<string, import('@choirmaster/core/provide').Sighting>} all of the node, by the run's own id */
  const told = new Map()
  const listen = async () => {
    for (const one of await witness.sightings(call)) if (one.node === NODE) told.set(one.run, one)
  }
  await listen()
  try {
    for (const one of casesOf(lab)) {
      deployManifest(lab, `node '${NODE}' { ${one.manifest} }\nnode default { }\n`, ENVIRONMENT)
      const { attempt, settled } = await attemptOf(lab, one)
      const ours = () =>
        [...told.values()].filter(({ evidence }) => recognises(attempt, evidence, settled))
      const until = Date.now() + (one.code === undefined ? ABSENCE_MS : PATIENCE_MS)
      const before = told.size
      for (await listen(); Date.now() < until; await listen()) {
        if (one.code !== undefined && ours().length > 0) break
        await pause(witness.pause)
      }
      const ids = ours().map(({ run }) => run)
      const found = (await witness.withLogs?.(ids, call)) ?? []
      const verdict = judge(
        attempt,
        settled,
        found.map(({ evidence }) => evidence),
      )
      if (one.code === undefined) {
        deepEqual([told.size, found, verdict.result], [before, [], 'unknown'], one.title)
        console.log(
          `A run that was ${one.title} has no report, and none of another run is taken for it`,
        )
        continue
      }
      equal(found.length, 1, one.title)
      equal(verdict.code, one.code, `${one.title}: ${JSON.stringify(verdict)}`)
      const facts = /** @type {Record<string, unknown>} */ (found[0]?.evidence.facts)
      deepEqual([facts['environment'], facts['cached']], [ENVIRONMENT, one.cached ?? 'not_used'])
      console.log(
        `A report of a run that ended as ${one.title}: ${verdict.result}, ${verdict.code}`,
      )
    }
  } finally {
    await witness.close?.()
  }
}

/** Runs Puppet, and what would be known of the run. @param {string} lab @param {Case} one */
async function attemptOf(
  lab,
  { noop = false, asked = false, kill = false, postrun = false, tags },
) {
  const before = statusOf(lab)
  const requestedAt = before.now
  const args = [
    ...RUN,
    ...(noop ? ['--noop'] : []),
    ...(postrun ? POSTRUN : []),
    ...(tags ? ['--tags', tags] : []),
  ]
  if (kill) await killedRun(lab, args)
  else await runToEnd(lab, args)
  const attempt = {
    ...{ number: 1, before, requestedAt, acknowledged: true, seenApplying: kill, lostFor: 0 },
    options: { noop: asked },
  }
  return { attempt, settled: statusOf(lab) }
}

/** A run without a catalog says so by its exit code. @param {string} lab @param {readonly string[]} args */
async function runToEnd(lab, args) {
  await puppetAside(lab, NODE, args).catch((/** @type {{ code: unknown }} */ error) => {
    if (error.code !== 1) throw error
  })
}

/** Kills a run, and what it started, as soon as it is at work. @param {string} lab @param {readonly string[]} args */
async function killedRun(lab, args) {
  const work = workOf(lab)
  const pid = `${work}.pid`
  rmSync(pid, { force: true })
  writeFileSync(work, `echo $$ > ${pid}.draft\nmv ${pid}.draft ${pid}\nexec sleep 60\n`)
  const child = startPuppet(lab, NODE, args)
  const over = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
  while (!existsSync(pid) && child.exitCode === null) await pause(100)
  child.kill('SIGKILL')
  equal(await over, null, 'The run ended before it was killed')
  // What a run started runs on without it.
  process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
}

/** What the node's own files say; as its agent for Choria would answer. @param {string} lab */
function statusOf(lab) {
  const { summary } = foldersOf(lab, NODE)
  const text = existsSync(summary) ? readFileSync(summary, 'utf8') : ''
  const lastRun = Number(/^ +last_run: (\d+)$/m.exec(text)?.[1] ?? 0)
  const now = Math.floor(Date.now() / 1000)
  return { enabled: true, applying: false, daemon: false, lastRun, now }
}
