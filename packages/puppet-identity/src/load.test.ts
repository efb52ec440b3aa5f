import { inspect } from 'node:util'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { loadIdentity, type Identity } from './load.js'
import { locateIdentity, type IdentityOptions } from './locate.js'
import { secret } from './secret.js'
import { failure, fakeSystem, realFiles, SSLDIR, TLS } from '../test/fake-system.js'

const NOW = Date.parse('2026-06-01T00:00:00Z')

async function load(options: IdentityOptions, files = realFiles): Promise<Identity> {
  const system = fakeSystem({}, files)
  return loadIdentity(await locateIdentity(options, new Map(), system), system, NOW)
}
const named = (name: string, more: IdentityOptions = {}) =>
  load({ ssldir: SSLDIR, certname: `${name}.mcollective`, ...more })

/** The fixture files, with these in place of what is there: text, an error, or nothing. */
function replaced(changes: Readonly<Record<string, string | Error | undefined>>): typeof realFiles {
  return {
    readFile: async (path) => {
      const name = Object.keys(changes).find((end) => path.endsWith(end))
      if (name === undefined) return realFiles.readFile?.(path)
      const change = changes[name]
      if (change instanceof Error) throw change
      return change
    },
  }
}

describe('loadIdentity', () => {
  it('reads certificate and key, and splits the bundles of CA certificates and revocation lists', async () => {
    const identity = await named('rip')
    expect(identity.commonName).toBe('rip.mcollective')
    expect(new Date(identity.validUntil).toISOString()).toBe('2120-01-01T00:00:00.000Z')
    expect(identity.ca).toHaveLength(2)
    expect(identity.crl).toHaveLength(2)
    expect(identity.key.reveal()).toContain('PRIVATE KEY')
  })

  it('goes without revocation lists where Puppet has none, not where some were named', async () => {
    const without = replaced({ 'crl.pem': undefined })
    expect((await load({ ssldir: SSLDIR }, without)).crl).toEqual([])
    expect(await failure(named('rip', { crl: '/nope/crl.pem' }))).toMatchObject({
      code: 'identity-crl-missing',
      place: '/nope/crl.pem',
    })
  })

  it('says `choria enroll` without a certificate', async () => {
    expect(await failure(load({ ssldir: '/nope' }))).toMatchObject({
      code: 'identity-certificate-missing',
      place: '/nope/certs/rip.mcollective.pem',
      message: expect.stringContaining('rip.mcollective'),
      hint: expect.stringContaining('`choria enroll`'),
    })
    expect((await failure(named('nobody'))).hint).toContain(
      'choria enroll --certname nobody.mcollective',
    )
  })

  it('says that the CA may have to sign where only the key is there', async () => {
    expect(await failure(named('unsigned'))).toMatchObject({
      code: 'identity-certificate-missing',
      hint: expect.stringContaining('puppetserver ca sign --certname unsigned.mcollective'),
    })
  })

  it('does not speak of enrolling where the path was named one by one', async () => {
    const system = fakeSystem({}, realFiles)
    const settings = new Map(
      Object.entries({
        provider: 'file',
        'file.certificate': '/x',
        'file.key': '/y',
        'file.ca': '/z',
      }).map(([key, value]) => [`plugin.security.${key}`, { value, origin: '/c:7' }]),
    )
    const found = await failure(
      locateIdentity({}, settings, system).then((files) => loadIdentity(files, system, NOW)),
    )
    expect(found).toMatchObject({ code: 'identity-certificate-missing', place: '/x' })
    expect(found.hint).toContain('/c:7')
    expect(found.hint).not.toContain('enroll')
  })

  it.each([
    [
      'the key is missing',
      { 'private_keys/rip.mcollective.pem': undefined },
      'identity-key-missing',
    ],
    ['the CA is missing', { 'certs/ca.pem': undefined }, 'identity-ca-missing'],
    [
      'the key may not be read',
      { 'private_keys/rip.mcollective.pem': new Error('EACCES: permission denied') },
      'identity-file-unreadable',
    ],
    ['the certificate is no PEM', { 'certs/rip.mcollective.pem': 'junk' }, 'identity-pem'],
    [
      'a CA certificate is damaged',
      { 'certs/ca.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'identity-pem',
    ],
    ['the revocation lists are empty', { 'crl.pem': '' }, 'identity-pem'],
    [
      'a revocation list is damaged',
      { 'crl.pem': '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----' },
      'identity-pem',
    ],
    ['the key is no PEM', { 'private_keys/rip.mcollective.pem': 'SECRET' }, 'identity-pem'],
  ] as const)('names the file when %s', async (_, change, code) => {
    const place = `${SSLDIR}/${Object.keys(change)[0]}`
    const found = await failure(load({ ssldir: SSLDIR }, replaced(change)))
    expect(found).toMatchObject({ code, place })
    expect(found.message).toContain(place)
  })

  it('tells a key behind a passphrase', async () => {
    expect((await failure(named('locked'))).code).toBe('identity-key-encrypted')
  })

  it('tells a key that belongs to another certificate, of the same type or another', async () => {
    expect((await failure(named('mismatched'))).code).toBe('identity-key-mismatch')
    const elliptic = { key: `${TLS}server/puppet.pem` }
    expect((await failure(named('rip', elliptic))).code).toBe('identity-key-mismatch')
  })

  it('tells a certificate that has expired, since when and what to do', async () => {
    const found = await failure(named('expired'))
    expect(found).toMatchObject({
      code: 'identity-certificate-expired',
      place: `${SSLDIR}/certs/expired.mcollective.pem`,
    })
    expect(found.message).toContain('2020-02-01T00:00:00Z')
    expect(found.hint).toContain('expired.mcollective')
  })

  it('tells a certificate that is not valid yet', async () => {
    const found = await failure(named('early'))
    expect(found.code).toBe('identity-certificate-early')
    expect(found.message).toContain('2119-01-01T00:00:00Z')
  })
})

describe('the private key', () => {
  it('shows in no text, JSON or inspection of the identity', async () => {
    const identity = await named('rip')
    const body = identity.key.reveal().split('\n')[1] ?? ''
    expect(body.length).toBeGreaterThan(20)
    const shown = [
      JSON.stringify(identity),
      inspect(identity, { depth: 9, showHidden: true }),
      `${identity.key}`,
    ]
    for (const text of shown) {
      expect(text).not.toContain(body)
      expect(text).toContain('[redacted]')
    }
  })

  it.each(['mismatched', 'locked'])('shows in no error: %s', async (name) => {
    const key = await readFile(`${SSLDIR}/private_keys/${name}.mcollective.pem`, 'utf8')
    const shown = inspect(await failure(named(name)), { depth: 9, showHidden: true })
    for (const line of key.split('\n').filter((text) => text.length > 20)) {
      expect(shown).not.toContain(line)
    }
  })

  it('keeps its value for whoever needs it', () => {
    expect(secret('x').reveal()).toBe('x')
    expect(String(secret('x'))).toBe('[redacted]')
  })
})
