// `choirmaster run --noop` with every part real: what it prints of the nodes is what Puppet's own reports say of the runs,
// whose events are in PuppetDB. Needs a build of the packages.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { locks, printed, reportOf, shellOf, shown, withOperator } from './operator.mjs'
import { deployPretend, drift, driftOf, ENVIRONMENT, REFRESHES, SECRET } from './pretend.mjs'
import { DB, LB, NODES, WEB1, WEB2 } from './shop.mjs'

/** @typedef {import('../../choria/lib/network.mjs').Network} Network */
/** @typedef {import('./check.mjs').Asking} Asking */
/** @typedef {import('@choirmaster/core').RunReport} RunReport */

/** Counted by Puppet, and not in its log, as the manifest has the line at level debug. */
const UNNAMED = 'quiet'
/** A title that is no name. */
const NUMBER = /^Exec\[#[0-9a-f]{8}\] returns$/

/** @param {string} lab @param {import('./settings.mjs').Ports} ports @param {Asking} asking */
export async function checkNoop(lab, ports, asking) {
  deployPretend(lab, 'deployed')
  await withOperator(lab, ports, ENVIRONMENT, async (network) => {
    await pretended(network, lab, asking)
    await broken(network, lab)
    await held(network, lab)
    noSecret(shellOf(network))
  })
}

/** @param {Network} network @param {string} lab @param {Asking} asking */
async function pretended(network, lab, asking) {
  deployPretend(lab, 'wanted')
  drift(lab)
  const { code, text } = await printed(network, ['run', '--noop', '--yes'])
  equal(code, 0)
  const report = await reportOf(network)
  deepEqual([report.result, report.counts], ['succeeded', { changed: 1, unchanged: 3 }])
  deepEqual(await locks(network), {})
  const events = await eventsOf(asking)
  for (const node of NODES) {
    const told = /** @type {any} */ (report.nodes[node]).evidence
    const own = events.filter(({ certname }) => certname === node)
    deepEqual([told.noop ?? 0, told.would_refresh], [own.length, REFRESHES[node]?.length], node)
    const named = own.filter((event) => !event.resource_title.endsWith(UNNAMED)).map(nameOf)
    const wanted = [...named, ...(REFRESHES[node] ?? [])].sort()
    const said = told.would_change.map((/** @type {string} */ one) =>
      NUMBER.test(one) ? 'a number' : one,
    )
    deepEqual(said.sort(), wanted, node)
  }
  const each =
    events.filter(({ certname }) => certname === WEB1).length + (REFRESHES[WEB1]?.length ?? 0)
  const lines = text.split('\n')
  ok(lines.includes(`  the same ${each} changes on 2 nodes: ${WEB1}, ${WEB2}`), text)
  ok(lines.includes('      and 1 more, in the report of the node'), text)
  ok(lines.includes(`  1 change on 1 node: ${DB}`), text)
  ok(lines.includes('  nothing on 1 node'), text)
  ok(!text.includes(SECRET), text)
  match(report.nodes[DB]?.warnings.join() ?? '', /1 resource changed although noop was asked for/)
  ok(existsSync(driftOf(lab, DB)) && !existsSync(driftOf(lab, WEB1)), 'what was changed')
  console.log(`Puppet's reports have ${events.length} events of noop, and all of them are told\n`)
}

/** The code of a node does not compile, which Puppet hides behind its cached catalog in a noop run too. @param {Network} network @param {string} lab */
async function broken(network, lab) {
  deployPretend(lab, 'broken')
  const { code, text } = await printed(network, ['run', '--noop', '--yes'])
  equal(code, 7)
  const report = await reportOf(network)
  deepEqual(
    [report.nodes[WEB1]?.code, report.nodes[WEB2]?.result, report.nodes[LB]?.result],
    ['puppet-stale-catalog', 'unchanged', 'skipped'],
  )
  match(text, new RegExp(`changes on 1 node: ${WEB2}`))
  equal(await shown(network, ['enable', '--run', report.run, '--yes']), 0)
}

/** `noop => true` in the code, where a real run was asked for: Puppet counts no event, and the service is not restarted. @param {Network} network @param {string} lab */
async function held(network, lab) {
  deployPretend(lab, 'held')
  drift(lab)
  equal(await shown(network, ['run', '--yes']), 7)
  const report = await reportOf(network)
  const { code, reason, evidence } = /** @type {any} */ (report.nodes[DB])
  deepEqual([code, evidence.noop ?? 0, evidence.changed], ['puppet-noop', 0, 1])
  match(reason, /^1 change only pretended/)
  equal(await shown(network, ['enable', '--run', report.run, '--yes']), 0)
}

/** No file that Choirmaster wrote holds a value. @param {string} folder */
function noSecret(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    ok(!readFileSync(file, 'utf8').includes(SECRET), file)
  }
}

/**
 * What Puppet reported that it would have changed: an event a property.
 * @typedef {{ certname: string, resource_type: string, resource_title: string, property: string }} Pretended
 */

/** A title that is a command is a number in all that Choirmaster says. @param {Pretended} event */
function nameOf({ resource_type: type, resource_title: title, property }) {
  return title.includes(SECRET) ? 'a number' : `${type}[${title}] ${property}`
}

/** Of the last runs. @param {Asking} asking @returns {Promise<Pretended[]>} */
async function eventsOf({ url, certname, ssldir }) {
  const query = `events[certname, resource_type, resource_title, property] {
    latest_report? = true and status = "noop" and environment = "${ENVIRONMENT}" }`
  const file = (/** @type {string} */ name) => readFileSync(join(ssldir, name))
  const options = {
    cert: file(`certs/${certname}.pem`),
    key: file(`private_keys/${certname}.pem`),
    ca: file('certs/ca.pem'),
  }
  const at = `https://${url}/pdb/query/v4?query=${encodeURIComponent(query)}`
  /** @type {string} */
  const text = await new Promise((done, failed) => {
    request(at, options, (response) => {
      let all = ''
      response.on('data', (chunk) => (all += chunk)).on('end', () => done(all))
    })
      .on('error', failed)
      .end()
  })
  return JSON.parse(text)
}
