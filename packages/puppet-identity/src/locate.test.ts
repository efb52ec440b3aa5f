import { describe, expect, it } from 'vitest'
import { parseChoriaConfig } from './choria-config/parse.js'
import { locateIdentity } from './locate.js'
import { failure, fakeSystem } from '../test/fake-system.js'

const none = parseChoriaConfig('', '/c')
const file = parseChoriaConfig(
  [
    'plugin.security.provider = file',
    'plugin.security.file.certificate = /f/cert.pem',
    'plugin.security.file.key = ~/key.pem',
    'plugin.security.file.ca = /f/ca.pem',
    'identity = ops1.example.net',
  ].join('\n'),
  '/c',
)

describe('the certificate name', () => {
  const certname = async (...args: Parameters<typeof locateIdentity>) =>
    (await locateIdentity(...args)).certname

  it('is USER.mcollective', async () => {
    expect(await certname({}, none, fakeSystem())).toEqual({
      value: 'rip.mcollective',
      origin: 'user name',
    })
  })
  it('is the login name where the environment has no USER', async () => {
    const system = fakeSystem({}, { env: {}, user: 'cron' })
    expect((await certname({}, none, system)).value).toBe('cron.mcollective')
  })
  it('is root.mcollective for root, never the host', async () => {
    const system = fakeSystem({}, { root: true, env: { USER: 'root' } })
    expect((await certname({}, none, system)).value).toBe('root.mcollective')
  })
  it('is the host for root under the file provider', async () => {
    const system = fakeSystem({}, { root: true, env: { USER: 'root' } })
    expect(await certname({}, file, system)).toEqual({ value: 'ops1.example.net', origin: '/c:5' })
    expect((await certname({}, file, fakeSystem())).value).toBe('rip.mcollective')
  })
  it('is MCOLLECTIVE_CERTNAME where that is set, and the option before that', async () => {
    const system = fakeSystem({}, { env: { USER: 'rip', MCOLLECTIVE_CERTNAME: 'app.mcollective' } })
    expect(await certname({}, none, system)).toEqual({
      value: 'app.mcollective',
      origin: 'MCOLLECTIVE_CERTNAME',
    })
    expect((await certname({ certname: 'db1.example.net' }, none, system)).value).toBe(
      'db1.example.net',
    )
  })
  it.each(['../rip', 'a/b', 'a b', '', '.mcollective', 'a\nb'])('cannot be %j', async (name) => {
    expect(await failure(locateIdentity({ certname: name }, none, fakeSystem()))).toMatchObject({
      code: 'identity-certname',
      place: 'option certname',
    })
  })
})

describe('where the files are', () => {
  const paths = async (...args: Parameters<typeof locateIdentity>) => {
    const { certificate, key, ca, crl } = await locateIdentity(...args)
    return [certificate, key, ca, crl].map((found) => found?.value)
  }
  const layout = (ssldir: string, name = 'rip.mcollective') => [
    `${ssldir}/certs/${name}.pem`,
    `${ssldir}/private_keys/${name}.pem`,
    `${ssldir}/certs/ca.pem`,
    `${ssldir}/crl.pem`,
  ]

  it('is the SSL folder of the user', async () => {
    expect(await paths({}, none, fakeSystem())).toEqual(
      layout('/home/rip/.puppetlabs/etc/puppet/ssl'),
    )
  })
  it('is plugin.choria.ssldir where that is set, and the option ssldir before that', async () => {
    const settings = parseChoriaConfig('plugin.choria.ssldir = ~/ssl', '/c')
    expect(await paths({}, settings, fakeSystem())).toEqual(layout('/home/rip/ssl'))
    expect(await paths({ ssldir: '/o' }, settings, fakeSystem())).toEqual(layout('/o'))
  })
  it("is what Puppet says for root, else its packages' default", async () => {
    const root = { root: true, env: { USER: 'root' } }
    const asked = fakeSystem({}, { ...root, puppetSetting: async () => '/var/lib/puppet/ssl' })
    expect(await paths({}, none, asked)).toEqual(layout('/var/lib/puppet/ssl', 'root.mcollective'))
    expect(await paths({}, none, fakeSystem({}, root))).toEqual(
      layout('/etc/puppetlabs/puppet/ssl', 'root.mcollective'),
    )
  })
  it('is what the file provider names, without revocation lists', async () => {
    expect(await paths({}, file, fakeSystem())).toEqual([
      '/f/cert.pem',
      '/home/rip/key.pem',
      '/f/ca.pem',
      undefined,
    ])
  })
  it('is what each option names, before all else', async () => {
    const options = { key: '/o/key', crl: '/o/crl' }
    expect(await paths(options, file, fakeSystem())).toEqual([
      '/f/cert.pem',
      '/o/key',
      '/f/ca.pem',
      '/o/crl',
    ])
  })
  it('is the SSL folder of the option under any provider', async () => {
    const settings = parseChoriaConfig('plugin.security.provider = pkcs11', '/c')
    expect(await paths({ ssldir: '/o' }, settings, fakeSystem())).toEqual(layout('/o'))
  })
  it('is an error where the provider has no files', async () => {
    const settings = parseChoriaConfig('\nplugin.security.provider = pkcs11', '/c')
    const found = await failure(locateIdentity({ ca: '/o/ca' }, settings, fakeSystem()))
    expect(found).toMatchObject({ code: 'identity-provider', place: '/c:2' })
    expect(found.message).toContain('certificate, key')
    expect(found.message).not.toContain('key, ca')
  })
})
