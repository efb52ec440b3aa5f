// What the source puppetdb must give with real servers. Needs a build of the packages.
import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { puppetDbCatalog } from '@choirmaster/catalog-puppet'
import { makePlan, parseEnvironment, planDocument, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { newHost } from './host.mjs'

const LAMP = join(import.meta.dirname, '../../../../docs/examples/lamp.json')
/** dev2 collects what dev1 exports, and so carries a copy of it. */
const COLLECTED = `
node 'dev1.example.net' {
  @@choirmaster::component { 'Lamp::Mysql[app1]':
    application => 'Lamp[app1]',
    produces    => ['Sql[app1]'],
  }
}
node 'dev2.example.net' {
  Choirmaster::Component <<| |>>
}
node default { }
`

/**
 * Who asks PuppetDB, and where it is.
 * @typedef {object} Asking
 * @property {string} url
 * @property {string} certname of the operator
 * @property {string} ssldir of the operator
 */

/**
 * @typedef {object} Deploying
 * @property {(nodes: string[]) => void} run
 * @property {(manifest: string) => void} deploy
 */

/** @typedef {Asking & Deploying} Lab */

/** @param {Lab} lab @param {string} manifest of the LAMP applications */
export async function check(lab, manifest) {
  lab.deploy(manifest)
  lab.run(['dev1', 'dev2', 'dev3', 'dev4'].map((name) => `${name}.example.net`))
  const document = await parseEnvironment(JSON.parse(readFileSync(LAMP, 'utf8')))
  deepEqual(planOf(await read(lab)), planOf(document))
  console.log('The plan from PuppetDB is that of docs/examples/lamp.json')

  await refused(lab, 'no_such', {}, 'puppetdb-environment', /it has production \(4 nodes/)
  await refused(lab, 'production', { type: 'No::Such' }, 'puppetdb-no-components', /dev4/)
  console.log('Empty answers are told apart')

  lab.deploy(COLLECTED)
  lab.run(['dev1.example.net', 'dev2.example.net'])
  const collected = /Lamp::Mysql\[app1\] on dev1.example.net .* collected on dev2.example.net/
  await refused(lab, 'production', {}, 'puppetdb-component-collected', collected)
  console.log('An exported component that was collected is refused')

  lab.deploy(manifest)
  lab.run(['dev1.example.net', 'dev2.example.net'])
}

/** @param {import('@choirmaster/core').Environment} environment */
const planOf = (environment) => planDocument(makePlan(environment, WHOLE_SITE, sha256))

/** @param {Lab} lab @param {string} [environment] @param {object} [options] */
export async function read({ url, certname, ssldir }, environment = 'production', options = {}) {
  const call = { signal: new AbortController().signal }
  const source = await puppetDbCatalog.open({ url, certname, ssldir, ...options }, newHost(), call)
  return source.environment(environment, call)
}

/**
 * The refusal, which must be of this code.
 * @param {Lab} lab @param {string} environment @param {object} options
 * @param {string} code @param {RegExp} says
 */
export async function refused(lab, environment, options, code, says) {
  const error = await read(lab, environment, options).then(
    () => undefined,
    (/** @type {unknown} */ reason) =>
      /** @type {import('@choirmaster/core').CodedError} */ (reason),
  )
  equal(error?.code, code)
  match(error.message, says)
  return error
}
