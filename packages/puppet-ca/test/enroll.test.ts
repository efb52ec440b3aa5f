import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { loadIdentity, locateIdentity, nodeSystem, secret } from '@choirmaster/puppet-identity'
import { describe, expect, it } from 'vitest'
import { newRequest } from '../src/request.js'
import { CA, certificateOf, keyOf, LISTS } from './fake-ca.js'
import { operator } from './operator.js'

const RIP = 'rip.mcollective'
const op = operator()

/** Puts a file into the SSL folder before enrolment. */
async function there(path: string, text: string, mode = 0o644): Promise<void> {
  const file = join(op.ssldir, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, text, { mode })
}

describe('an operator without anything', () => {
  it('gets key, CA, lists and certificate, for the owner alone', async () => {
    const done = await op.enroll()
    expect(done).toMatchObject({ certname: RIP, before: false })
    expect(await op.files()).toEqual({
      [`private_keys/${RIP}.pem`]: { mode: 0o600, text: keyOf(RIP) },
      'certs/ca.pem': { mode: 0o600, text: CA },
      'crl.pem': { mode: 0o600, text: LISTS },
      [`certs/${RIP}.pem`]: { mode: 0o600, text: certificateOf(RIP) },
    })
    expect(op.steps.map(({ step }) => step)).toEqual(['key', 'ca', 'requested', 'signed'])
    expect(op.ca.asked).toContain(
      `PUT /puppet-ca/v1/certificate_request/${RIP}?environment=production`,
    )
  })

  it('can be loaded as the identity that asks servers', async () => {
    await op.enroll()
    const system = nodeSystem()
    const files = await locateIdentity({ certname: RIP, ssldir: op.ssldir }, new Map(), system)
    expect(await loadIdentity(files, system, Date.parse('2026-06-01'))).toMatchObject({
      commonName: RIP,
    })
  })

  it('waits until it is signed, and says so', async () => {
    op.ca.autosign = false
    let waits = 0
    op.onWait = () => {
      if (++waits === 3) op.ca.sign(RIP)
    }
    await op.enroll()
    expect(op.steps.filter(({ step }) => step === 'waiting')).toHaveLength(3)
  })
})

describe('once more', () => {
  it('with a certificate changes nothing but the lists, which are fetched anew', async () => {
    await op.enroll()
    await writeFile(join(op.ssldir, 'crl.pem'), 'old', { mode: 0o644 })
    const before = await op.files()
    expect(await op.enroll({ key: 'stolen.mcollective' })).toMatchObject({ before: true })
    expect(await op.files()).toEqual({ ...before, 'crl.pem': { mode: 0o600, text: LISTS } })
    expect(op.ca.asked.filter((line) => line.startsWith('PUT'))).toHaveLength(1)
  })

  it('keeps the permissions of a file that it puts another in place of', async () => {
    await there('crl.pem', 'old', 0o640)
    await op.enroll()
    expect((await op.files())['crl.pem']).toEqual({ mode: 0o640, text: LISTS })
  })

  it('goes on waiting with the same key', async () => {
    op.ca.autosign = false
    expect(await op.failure()).toMatchObject({ code: 'enroll-waiting' })
    op.onWait = () => op.ca.sign(RIP)
    await op.enroll({ key: 'stolen.mcollective' })
    expect((await op.files())[`private_keys/${RIP}.pem`]?.text).toBe(keyOf(RIP))
    expect(op.steps).toContainEqual({
      step: 'requested',
      server: `localhost:${op.ca.port}`,
      before: true,
    })
  })
})

describe('what goes wrong has a code and says what to do', () => {
  it('nobody signs', async () => {
    op.ca.autosign = false
    const failure = await op.failure({ wait: 0 })
    expect(failure.code).toBe('enroll-waiting')
    expect(failure.hint).toContain(`puppetserver ca sign --certname ${RIP}`)
    expect(Object.keys(await op.files())).not.toContain(`certs/${RIP}.pem`)
  })

  it('the request is taken away', async () => {
    op.ca.autosign = false
    op.onWait = () => op.ca.waiting.clear()
    expect(await op.failure()).toMatchObject({ code: 'enroll-rejected' })
  })

  it('the CA refuses', async () => {
    op.ca.refusal = 'Certificate names must be lower case.'
    const failure = await op.failure()
    expect(failure).toMatchObject({ code: 'enroll-refused' })
    expect(failure.message).toContain('must be lower case')
  })

  it('the name was revoked, and its request is refused', async () => {
    op.ca.revoked.add(RIP)
    const failure = await op.failure()
    expect(failure.code).toBe('enroll-revoked')
    expect(failure.hint).toContain(`puppetserver ca clean --certname ${RIP}`)
  })

  it.each(['before', 'after'])('the certificate was revoked %s it was kept', async (when) => {
    const name = 'stolen.mcollective'
    op.ca.sign(name)
    if (when === 'after') {
      await there(`private_keys/${name}.pem`, keyOf(name))
      await there(`certs/${name}.pem`, certificateOf(name))
    }
    const before = await op.files()
    expect(await op.failure({ certname: name })).toMatchObject({ code: 'enroll-revoked' })
    if (when === 'after') expect(await op.files()).toMatchObject(before)
    else expect(Object.keys(await op.files())).not.toContain(`certs/${name}.pem`)
  })

  it('the CA has the name with another key', async () => {
    op.ca.sign(RIP)
    const failure = await op.failure({ key: 'stolen.mcollective' })
    expect(failure.code).toBe('enroll-name-taken')
    expect(failure.hint).toContain('puppetserver ca clean')
  })

  it('a request with another key waits under the name', async () => {
    const other = secret(keyOf('stolen.mcollective'))
    op.ca.waiting.set(RIP, await newRequest(RIP, other))
    expect(await op.failure()).toMatchObject({ code: 'enroll-name-taken' })
  })

  it('the certificate is for another name', async () => {
    op.ca.sign('other.mcollective', certificateOf(RIP))
    const failure = await op.failure({ certname: 'other.mcollective', key: RIP })
    expect(failure.code).toBe('enroll-name-mismatch')
  })

  it('the certificate is not from the CA that is trusted', async () => {
    const name = 'foreign.mcollective'
    op.ca.sign(name)
    const failure = await op.failure({ certname: name })
    expect(failure.code).toBe('enroll-foreign-certificate')
  })

  it.each([
    ['no key', 'no key at all'],
    ['a key behind a passphrase', keyOf('locked.mcollective')],
    ['a key of another kind', ec()],
  ])('there is %s', async (_, text) => {
    await there(`private_keys/${RIP}.pem`, text)
    const failure = await op.failure()
    expect(failure.code).toBe('enroll-key')
    expect((await op.files())[`private_keys/${RIP}.pem`]?.text).toBe(text)
  })

  it('the key of a certificate is missing', async () => {
    await there(`certs/${RIP}.pem`, certificateOf(RIP))
    expect(await op.failure()).toMatchObject({ code: 'enroll-key' })
  })
})

function ec(): string {
  const options = { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }
  return generateKeyPairSync('ec', {
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  } as never).privateKey as unknown as string
}
