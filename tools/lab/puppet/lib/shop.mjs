// The site of the chain: what its nodes are, and what each writes down of its own runs while Puppet is at work.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deployManifest } from './settings.mjs'

export const ENVIRONMENT = 'shop'
export const [DB, WEB1, WEB2, LB] = /** @type {[string, string, string, string]} */ (
  ['db1', 'web1', 'web2', 'lb'].map((name) => `${name}.example.net`)
)
export const NODES = [DB, WEB1, WEB2, LB]

const COMPONENTS = {
  [DB]: ['Shop::Db[main]', { produces: ['Sql[main]'] }],
  [WEB1]: ['Shop::Web[one]', { consumes: ['Sql[main]'], produces: ['Http[one]'] }],
  [WEB2]: ['Shop::Web[two]', { consumes: ['Sql[main]'], produces: ['Http[two]'] }],
  [LB]: ['Shop::Balancer[main]', { consumes: ['Http[one]', 'Http[two]'] }],
}

/**
 * Work that Puppet does in a run, seen from within.
 * @typedef {object} Work
 * @property {string} node
 * @property {number} begin milliseconds since 1970
 * @property {number} end
 * @property {readonly string[]} disabled the nodes that no run could start on meanwhile
 */

/** @param {string} lab */
const workOf = (lab) => join(lab, 'shop/work')
/** @param {string} lab */
const logOf = (lab) => join(lab, 'shop/work.log')

/**
 * Deploys the site. Each run takes two seconds of work and changes something.
 * @param {string} lab
 * @param {{ broken?: string }} [how] a node whose code does not compile
 */
export function deployShop(lab, { broken } = {}) {
  const work = workOf(lab)
  mkdirSync(dirname(work), { recursive: true })
  // A line of JSON, appended at once: nodes that run side by side write into one file.
  writeFileSync(
    work,
    `begin=$(date +%s%3N)
sleep 2
disabled=$(cd ${lab}/nodes && ls -d */var/state/agent_disabled.lock 2> /dev/null | cut -d/ -f1 | tr '\\n' ' ')
echo "{\\"node\\":\\"$1\\",\\"begin\\":$begin,\\"end\\":$(date +%s%3N),\\"disabled\\":\\"$disabled\\"}" >> ${logOf(lab)}
`,
  )
  const blocks = NODES.map(
    (node) => `node '${node}' {
${node === broken ? `  fail('the code of ${node} does not compile')\n` : ''}${componentOf(node)}
  exec { 'work': command => '/bin/sh ${work} ${node}' }
}
`,
  )
  deployManifest(lab, `${blocks.join('')}node default { }\n`, ENVIRONMENT)
}

/** What a node is in the graph, as Puppet code. @param {string} node */
export function componentOf(node) {
  const [title, wiring] = /** @type {[string, Record<string, string[]>]} */ (COMPONENTS[node])
  const parameters = Object.entries(wiring).map(
    ([name, values]) => `    ${name} => [${values.map((value) => `'${value}'`).join(', ')}],\n`,
  )
  return `  choirmaster::component { '${title}':
    application => 'Shop[main]',
${parameters.join('')}  }`
}

/** Forgets what was done so far. @param {string} lab */
export function forgetWork(lab) {
  rmSync(logOf(lab), { force: true })
}

/** In the order in which it ended. @param {string} lab @returns {Work[]} */
export function workDone(lab) {
  if (!existsSync(logOf(lab))) return []
  const lines = readFileSync(logOf(lab), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { disabled, ...work } = JSON.parse(line)
    return { ...work, disabled: disabled.split(' ').filter((/** @type {string} */ one) => one) }
  })
}
