// What `choirmaster enroll` must do with a real Puppet CA. Needs a build of the packages.
import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { pause } from '../../choria/lib/daemon.mjs'

const PROGRAM = resolve(import.meta.dirname, '../../../../packages/cli/bin/run.js')
/** Of Puppet Server's package, as all that a lab runs. */
const CA_PROGRAM = 'puppetserver'
/** How often the real process is killed; the moments are spread evenly over the time that it takes. */
const KILLS = 16

/** @typedef {{ lab: string, server: number }} Lab */
/** @typedef {{ code: number, out: any }} Ended */

/** @param {Lab} lab @param {string[]} more */
function args({ server }, ...more) {
  return [PROGRAM, 'enroll', '--server', `localhost:${server}`, '--json', ...more]
}

/** @param {Lab} lab @param {string[]} more @returns {Promise<Ended>} */
async function enroll(lab, ...more) {
  const run = promisify(execFile)
  const { stdout, code } = await run('node', args(lab, ...more)).then(
    ({ stdout: text }) => ({ stdout: text, code: 0 }),
    (/** @type {{ stdout: string, code: number }} */ failed) => failed,
  )
  return { code, out: JSON.parse(stdout) }
}

/** The CA's own command. @param {Lab} lab @param {string} action @param {string} certname */
function ca({ lab }, action, certname) {
  const config = join(lab, 'puppet/puppet.conf')
  const { status, stderr } = spawnSync(
    CA_PROGRAM,
    ['ca', action, '--certname', certname, '--config', config],
    { encoding: 'utf8' },
  )
  // 24: a request was removed, and there was no certificate to revoke.
  if (status !== 0 && status !== 24) throw new Error(stderr)
}

/** @param {Lab} lab */
export async function checkEnroll(lab) {
  const bundle = readFileSync(join(lab.lab, 'puppet/ca/ca_crt.pem'))
  const trust = ['--ca-fingerprint', createHash('sha256').update(bundle).digest('hex')]
  // Each time other names: the CA keeps what it has signed.
  const suffix = `${Date.now().toString(36)}.mcollective`
  const ssldir = mkdtempSync(join(tmpdir(), 'enroll-'))
  const as = (/** @type {string} */ name) => [
    ...['--certname', `${name}-${suffix}`, '--ssldir', ssldir],
    ...trust,
  ]
  const key = (/** @type {string} */ name) => join(ssldir, `private_keys/${name}-${suffix}.pem`)
  const certificate = (/** @type {string} */ name) => join(ssldir, `certs/${name}-${suffix}.pem`)
  try {
    const untrusted = await enroll(lab, '--certname', `a-${suffix}`, '--ssldir', ssldir)
    equal(untrusted.out.error.code, 'enroll-ca-unverified')
    const stranger = `--ca-fingerprint=${'0'.repeat(64)}`
    const wrong = await enroll(lab, '--certname', `a-${suffix}`, '--ssldir', ssldir, stranger)
    equal(wrong.out.error.code, 'enroll-ca-fingerprint')
    equal(existsSync(join(ssldir, 'certs/ca.pem')), false)
    console.log('An unproven CA is not trusted')

    const waiting = await enroll(lab, ...as('a'), '--wait', '0')
    equal(waiting.out.error.code, 'enroll-waiting')
    match(waiting.out.error.hint, /puppetserver ca sign --certname a-/)
    const first = readFileSync(key('a'), 'utf8')
    const fresh = enroll(lab, ...as('a'), '--wait', '60s')
    await pause(2000)
    ca(lab, 'sign', `a-${suffix}`)
    deepEqual(pick(await fresh), { code: 0, before: false })
    equal(readFileSync(key('a'), 'utf8'), first)
    good(certificate('a'), key('a'))
    console.log('Waiting, then signed: the certificate belongs to the first key')

    deepEqual(pick(await enroll(lab, ...as('a'))), { code: 0, before: true })
    console.log('Repeated: nothing is asked for again')

    ca(lab, 'revoke', `a-${suffix}`)
    equal((await enroll(lab, ...as('a'))).out.error.code, 'enroll-revoked')
    rmSync(certificate('a'))
    equal((await enroll(lab, ...as('a'))).out.error.code, 'enroll-revoked')
    equal(existsSync(certificate('a')), false)
    console.log('Revoked: told, with the certificate and without')

    const taken = await enroll(lab, '--certname', 'puppet', '--ssldir', ssldir, ...trust)
    equal(taken.out.error.code, 'enroll-name-taken')
    const rejected = enroll(lab, ...as('b'), '--wait', '60s')
    while (!(await isWaiting(lab, `b-${suffix}`))) await pause(500)
    ca(lab, 'clean', `b-${suffix}`)
    equal((await rejected).out.error.code, 'enroll-rejected')
    console.log('Refused: a name of another key, a request that is taken away')

    await killed(lab, suffix, trust)
  } finally {
    rmSync(ssldir, { recursive: true })
  }
}

/** @param {Ended} ended */
const pick = ({ code, out }) => ({ code, before: out.before })

/** @param {string} certificate @param {string} key */
function good(certificate, key) {
  const pem = new X509Certificate(readFileSync(certificate))
  equal(pem.checkPrivateKey(createPrivateKey(readFileSync(key))), true)
}

/** @param {Lab} lab @param {string} certname */
async function isWaiting({ lab, server }, certname) {
  const url = `https://localhost:${server}/puppet-ca/v1/certificate_request/${certname}`
  const root = join(lab, 'puppet/ssl/certs/ca.pem')
  const flags = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--cacert', root, url]
  return execFileSync('curl', flags, { encoding: 'utf8' }) === '200'
}

/**
 * Enrols names that are signed at once, and kills the process at moments of its whole life, then of what follows the
 * making of the key, which takes most of it.
 * @param {Lab} lab @param {string} suffix @param {string[]} trust
 */
async function killed(lab, suffix, trust) {
  // Signed at once: the lab's CA signs this domain by itself.
  const domain = suffix.replace('mcollective', 'example.net')
  let made = ''
  const once = async (
    /** @type {string} */ name,
    /** @type {number} */ timeout,
    withKey = false,
  ) => {
    const ssldir = mkdtempSync(join(tmpdir(), 'enroll-'))
    const certname = `${name}-${domain}`
    const path = join(ssldir, `private_keys/${certname}.pem`)
    if (withKey) {
      mkdirSync(join(ssldir, 'private_keys'))
      writeFileSync(path, made, { mode: 0o600 })
    }
    const asked = ['--certname', certname, '--ssldir', ssldir, ...trust, '--wait', '60s']
    const began = Date.now()
    const ending = { stdio: 'ignore', timeout: Math.round(timeout), killSignal: 'SIGKILL' }
    const child = spawn('node', args(lab, ...asked), /** @type {object} */ (ending))
    await new Promise((done) => child.once('exit', done))
    const took = Date.now() - began
    const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined
    if (before !== undefined) createPrivateKey(before)
    const there = readdirSync(ssldir, { recursive: true }).filter((file) =>
      /\.pem$/.test(String(file)),
    )
    const again = await enroll(lab, ...asked)
    equal(again.code, 0, JSON.stringify(again.out))
    made = readFileSync(path, 'utf8')
    equal(made, before ?? made)
    good(join(ssldir, `certs/${certname}.pem`), path)
    rmSync(ssldir, { recursive: true })
    return { took, there: there.length }
  }
  const NEVER = 600_000
  const files = []
  const { took: whole } = await once('k', NEVER)
  for (let n = 0; n < KILLS / 4; n++) {
    files.push((await once(`k${n}`, (whole * (n + 0.5)) / (KILLS / 4))).there)
  }
  const { took: rest } = await once('r', NEVER, true)
  for (let n = 0; n < KILLS; n++) {
    files.push((await once(`r${n}`, (rest * (n + 1)) / KILLS, true)).there)
  }
  console.log(
    `Killed ${files.length} times, with so many files there: ${files.join(', ')}; each repeated well`,
  )
}
