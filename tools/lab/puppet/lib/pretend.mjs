// The site of the noop runs: what is on the nodes, and what Puppet would change there.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { componentOf, DB, LB, NODES, WEB1, WEB2 } from './shop.mjs'
import { deployManifest } from './settings.mjs'

export const ENVIRONMENT = 'pretend'
/** In no output, report or journal. */
export const SECRET = 'hunter2'

/**
 * - `deployed`: what the nodes are.
 * - `wanted`: what they would become.
 * - `broken`: the same, and the code of WEB1 does not compile.
 * - `held`: a real run would leave out a restart on DB.
 * @typedef {'deployed' | 'wanted' | 'broken' | 'held'} State
 */

/** What no event of Puppet's report tells, but its log does. */
export const REFRESHES = {
  [DB]: ['Service[dbd] refresh'],
  [WEB1]: ['Exec[reload] refresh', 'Exec[after] refresh', 'Service[shopd] refresh'],
  [WEB2]: ['Exec[reload] refresh', 'Exec[after] refresh', 'Service[shopd] refresh'],
  [LB]: [],
}

const folderOf = (/** @type {string} */ lab, /** @type {string} */ node) =>
  join(lab, 'pretend', node)
/** Puppet knows it, and somebody removed it. */
export const driftOf = (/** @type {string} */ lab, /** @type {string} */ node) =>
  join(folderOf(lab, node), 'drifted')

/** Removes what Puppet put there, so that it has to be put there again. @param {string} lab */
export function drift(lab) {
  for (const node of [DB, WEB1, WEB2]) rmSync(driftOf(lab, node), { force: true })
}

/** @param {string} lab @param {State} state */
export function deployPretend(lab, state) {
  mkdirSync(join(lab, 'pretend'), { recursive: true })
  const nodes = NODES.map((node) => {
    const broken = state === 'broken' && node === WEB1 ? `  fail('not today')\n` : ''
    return `node '${node}' {\n${broken}${componentOf(node)}\n${contentOf(lab, node, state)}}\n`
  })
  deployManifest(lab, `${CLASSES}${nodes.join('')}node default { }\n`, ENVIRONMENT)
}

/** @param {string} lab @param {string} node @param {State} state */
function contentOf(lab, node, state) {
  if (node === DB) return databaseOf(lab, state)
  if (node === LB) return ''
  const wanted = state !== 'deployed'
  return `  class { 'web': dir => '${folderOf(lab, node)}', wanted => ${wanted} }
  class { 'after': }
  Class['web'] ~> Class['after']
`
}

/** A file that is put there in spite of noop, and a service that would be restarted for it. @param {string} lab @param {State} state */
const databaseOf = (lab, state) => `  file { '${folderOf(lab, DB)}': ensure => directory }
  file { '${driftOf(lab, DB)}': content => 'x'${state === 'wanted' ? ', noop => false' : ''} }
  ~> service { 'dbd': ${SERVICE}${state === 'held' ? ', noop => true' : ''} }
`

const SERVICE = `ensure => running, provider => base, hasstatus => true,
    status => '/bin/true', start => '/bin/true', restart => '/bin/true'`

/** A resource of each kind; which of them a noop run must tell of is left to Puppet's own report. */
const CLASSES = `
class web(String $dir, Boolean $wanted) {
  file { $dir: ensure => directory }
  file { "\${dir}/motd":
    content   => $wanted ? { true => "one\\nthree\\npassword=${SECRET}\\n", false => "one\\ntwo\\n" },
    mode      => $wanted ? { true => '0600', false => '0644' },
    show_diff => true,
  }
  file { "\${dir}/login": content => Sensitive($wanted ? { true => '${SECRET}', false => 'hunter1' }) }
  file { "\${dir}/drifted": content => "x\\n", audit => content }
  file { "\${dir}/never": content => 'x', schedule => 'never' }
  schedule { 'never': period => never }
  exec { 'migrate': command => '/bin/true' }
  exec { "login --password '${SECRET}'": command => '/bin/true' }
  exec { 'idle': command => '/bin/true', onlyif => '/bin/false' }
  exec { 'reload': command => '/bin/true', refreshonly => true, subscribe => File["\${dir}/motd"] }
  service { 'shopd': ${SERVICE}, subscribe => File["\${dir}/motd"] }
  if $wanted {
    notify { 'news': message => "one\\ntwo" }
    file { "\${dir}/new": content => 'x' }
    file { "\${dir}/link": ensure => link, target => "\${dir}/motd" }
    file { "\${dir}/quiet": content => 'x', loglevel => debug }
    web::page { 'a page': file => "\${dir}/page" }
  }
}
define web::page(String $file) {
  file { $file: content => $title }
}
class after {
  exec { 'after': command => '/bin/true', refreshonly => true }
}
`
