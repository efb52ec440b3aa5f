// The folder of a lab: all that real Puppet servers read, written so that nothing of /etc is used.
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PACKAGED_SERVER = '/etc/puppet/puppetserver'
const PACKAGED_DB = '/etc/puppetdb'
/** The module under test. */
const MODULE = resolve(import.meta.dirname, '../../../../packages/catalog-puppet/module')
export const MANIFEST = resolve(import.meta.dirname, '../site.pp')

/** @typedef {{ server: number, db: number, dbPlain: number, postgres: number }} Ports */

/** @param {string} lab absolute @param {Ports} ports */
export function writeSettings(lab, ports) {
  const folders = [
    'puppet',
    'sv/conf.d',
    'sv/var',
    'sv/run',
    'sv/log',
    'pdb/conf.d',
    'pdb/var',
    'pg',
  ]
  for (const folder of [...folders, 'pdb/log']) {
    mkdirSync(join(lab, folder), { recursive: true })
  }
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFileSync(join(lab, name), text)

  write('ports.json', JSON.stringify(ports))
  deployManifest(lab, readFileSync(MANIFEST, 'utf8'))

  write('puppet/puppet.conf', puppetConf(lab, ports))
  // Others are signed by hand, as on most sites.
  write('puppet/autosign.conf', '*.example.net\nlocalhost\nrip.mcollective\noperator.mcollective\n')
  write('puppet/puppetdb.conf', `[main]\nserver_urls = https://localhost:${ports.db}\n`)
  write('puppet/routes.yaml', 'master:\n  facts:\n    terminus: puppetdb\n    cache: yaml\n')
  for (const name of ['auth.conf', 'ca.conf', 'metrics.conf', 'web-routes.conf']) {
    cpSync(join(PACKAGED_SERVER, 'conf.d', name), join(lab, 'sv/conf.d', name))
  }
  cpSync(join(PACKAGED_SERVER, 'services.d'), join(lab, 'sv/services.d'), { recursive: true })
  for (const [name, text] of Object.entries(serverConf(lab, ports))) {
    write(`sv/conf.d/${name}.conf`, text)
  }
  cpSync(join(PACKAGED_DB, 'conf.d/auth.conf'), join(lab, 'pdb/conf.d/auth.conf'))
  cpSync(join(PACKAGED_DB, 'bootstrap.cfg'), join(lab, 'pdb/bootstrap.cfg'))
  write('pdb/conf.d/lab.ini', databaseIni(lab, ports))
  copyLogging(PACKAGED_SERVER, join(lab, 'sv'), '/var/log/puppetserver')
  copyLogging(PACKAGED_DB, join(lab, 'pdb'), '/var/log/puppetdb')
}

/**
 * Puts a manifest in place of an environment's, which has the module under test beside it.
 * @param {string} lab @param {string} text @param {string} [environment]
 */
export function deployManifest(lab, text, environment = 'production') {
  const folder = join(lab, 'code/environments', environment)
  mkdirSync(join(folder, 'manifests'), { recursive: true })
  cpSync(MODULE, join(folder, 'modules/choirmaster'), { recursive: true })
  writeFileSync(join(folder, 'manifests/site.pp'), text)
}

const authConf = (/** @type {string} */ lab) => join(lab, 'sv/conf.d/auth.conf')

/** Whether a certificate is named in auth.conf of Puppet Server. @param {string} lab @param {string} certname */
export function isAllowed(lab, certname) {
  return readFileSync(authConf(lab), 'utf8').includes(certname)
}

/** Adds a rule to auth.conf of Puppet Server. @param {string} lab @param {string} rule */
export function allowRule(lab, rule) {
  const text = readFileSync(authConf(lab), 'utf8')
  writeFileSync(
    authConf(lab),
    text.replace('rules: [', (list) => `${list}\n${rule}`),
  )
}

/** @param {string} from @param {string} to @param {string} logs where the packaged files log */
function copyLogging(from, to, logs) {
  for (const name of readdirSync(from).filter((one) => one.endsWith('.xml'))) {
    const text = readFileSync(join(from, name), 'utf8')
    writeFileSync(join(to, name), text.replaceAll(logs, join(to, 'log')))
  }
}

/** @param {string} lab @param {Ports} ports */
const puppetConf = (lab, { server }) => `[main]
vardir = ${lab}/sv/var
ssldir = ${lab}/puppet/ssl
codedir = ${lab}/code
environmentpath = ${lab}/code/environments
certname = puppet
server = localhost
serverport = ${server}
user = root
group = root

[server]
cadir = ${lab}/puppet/ca
dns_alt_names = puppet,localhost
storeconfigs = true
storeconfigs_backend = puppetdb
reports = puppetdb
autosign = ${lab}/puppet/autosign.conf
environment_timeout = 0
`

/** @param {string} lab @param {Ports} ports @returns {Record<string, string>} */
const serverConf = (lab, { server }) => ({
  global: `global: { logging-config: ${lab}/sv/logback.xml }\n`,
  webserver: `webserver: {
  client-auth: want
  ssl-host: 127.0.0.1
  ssl-port: ${server}
  access-log-config: ${lab}/sv/request-logging.xml
}
`,
  puppetserver: `jruby-puppet: {
  ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]
  gem-home: ${lab}/sv/gems
  gem-path: [${lab}/sv/gems, "/usr/lib/puppetserver/vendored-jruby-gems"]
  server-conf-dir: ${lab}/puppet
  server-code-dir: ${lab}/code
  server-var-dir: ${lab}/sv/var
  server-run-dir: ${lab}/sv/run
  server-log-dir: ${lab}/sv/log
  max-active-instances: 1
}
http-client: {}
profiler: {}
`,
})

/** @param {string} lab @param {Ports} ports */
const databaseIni = (lab, { db, dbPlain, postgres }) => `[global]
vardir = ${lab}/pdb/var
logging-config = ${lab}/pdb/logback.xml
[puppetdb]
disable-update-checking = true
[database]
subname = //127.0.0.1:${postgres}/puppetdb
username = puppetdb
password = puppetdb
[jetty]
host = 127.0.0.1
port = ${dbPlain}
ssl-host = 127.0.0.1
ssl-port = ${db}
ssl-key = ${lab}/puppet/ssl/private_keys/puppet.pem
ssl-cert = ${lab}/puppet/ssl/certs/puppet.pem
ssl-ca-cert = ${lab}/puppet/ssl/certs/ca.pem
client-auth = need
`
