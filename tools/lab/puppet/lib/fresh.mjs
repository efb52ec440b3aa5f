// What compiling now and exported resources must give with real servers. Needs a build of the packages.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { pause } from '../../choria/lib/daemon.mjs'
import { read, refused } from './check.mjs'

const DEV1 = 'dev1.example.net'
const DEV2 = 'dev2.example.net'
const DEV3 = 'dev3.example.net'
const DEV4 = 'dev4.example.net'
/** Has never run. */
const NEW = 'dev9.example.net'

/** @param {import('@choirmaster/core').Environment} environment @returns {string[]} */
const componentsOf = ({ applications }) => Object.values(applications).flatMap(Object.keys).sort()

/** What a node is to have, as Puppet code. @param {string} node @param {string} body */
const only = (node, body) => `node '${node}' { ${body} }\n`

const DECLARED = `choirmaster::component { 'Lamp::Cache[app1]': application => 'Lamp[app1]' }`
/** dev2 collects what dev1 exports. */
const EXPORTED = `
node 'dev1.example.net' { @@notify { 'a database at dev1': } }
node 'dev2.example.net' { Notify <<| |>> }
node default { }
`

/**
 * @typedef {object} Freshness
 * @property {string} serverUrl of Puppet Server
 * @property {boolean} allowed whether that was done before
 * @property {(rule: string) => Promise<void>} allow puts a rule into auth.conf of Puppet Server and reloads it
 */

/**
 * @param {import('./check.mjs').Lab} lab @param {string} manifest of the LAMP applications
 * @param {Freshness} freshness
 */
export async function checkFresh(lab, manifest, { serverUrl, allowed, allow }) {
  const options = { serverUrl, fresh: true, compileTimeout: 300 }
  const others = manifest.replace(/\nnode default \{ \}\n/, '\n')
  lab.deploy(manifest)
  lab.run([DEV1, DEV2, DEV3, DEV4])
  const before = componentsOf(await read(lab))

  if (!allowed) {
    const error = await refused(lab, 'production', options, 'fresh-forbidden', /v4\/catalog/)
    const [rule] = /\{\s+match-request: [\s\S]*?\n {4}\}/.exec(error.hint) ?? []
    ok(rule)
    await allow(rule)
    console.log('Without a rule it is forbidden; the one that is shown is added')
  }

  lab.deploy(`${others}${only(NEW, DECLARED)}node default { }\n`)
  const one = await read(lab, 'production', { ...options, fresh: [NEW] })
  deepEqual(componentsOf(one), [...before, 'Lamp::Cache[app1]'].sort())
  deepEqual(componentsOf(await read(lab)), before)
  console.log('A node that never ran is compiled, and not stored')

  lab.deploy(`${others}node default { ${DECLARED} }\n`.replace('[2-4]', '[23]'))
  const now = componentsOf(await read(lab, 'production', options))
  ok(!now.some((title) => title.includes('Lamp::Webapp[app1-3]')), now.join())
  ok(now.includes('Lamp::Cache[app1]'), now.join())
  deepEqual(componentsOf(await read(lab)), before)
  console.log('All nodes are compiled from the code as it is now; PuppetDB has what they ran')

  await read(lab, 'production', { ...options, fresh: [DEV4], persist: true })
  await settled(async () => componentsOf(await read(lab)).join() === now.join())
  console.log('What is to be kept is in PuppetDB')

  lab.deploy(`${others}node default { }\n`.replace('$number = ', `fail('not today') $number = `))
  const failed = await refused(lab, 'production', options, 'fresh-compile-failed', /not today/)
  equal(failed.problems.length, 3)
  match(failed.place ?? '', /site\.pp:\d+/)
  console.log('Nodes that do not compile are named, with the place in the code')

  lab.deploy(EXPORTED)
  lab.run([DEV1, DEV2])
  const { edges } = await read(lab, 'production', { exported: ['Notify'] })
  deepEqual(edges, [{ from: DEV1, to: DEV2, origin: 'exported Notify[a database at dev1]' }])
  console.log('An exported resource that was collected is an order')

  lab.deploy(manifest)
  lab.run([DEV1, DEV2, DEV4])
}

/** PuppetDB stores a catalog a moment after the answer. @param {() => Promise<boolean>} is */
async function settled(is) {
  for (let tries = 0; tries < 60; tries++) {
    if (await is()) return
    await pause(1000)
  }
  throw new Error('PuppetDB did not get the catalog')
}
