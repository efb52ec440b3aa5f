import type { Explained, Host } from '@choirmaster/core/provide'
import { seededRandom } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeSystem } from '../../test/fake-system.js'
import { manualClock } from '../../test/manual-clock.js'
import type { NatsTransportOptions } from '../options.js'
import { explain } from './explain.js'

const CONF = '/etc/choria/client.conf'
const host: Host = {
  baseDir: '/srv/site',
  clock: manualClock(0),
  random: seededRandom(1),
  notice: () => {},
}

/** The rows without their common prefix, as [key, value, origin]. */
async function rows(
  files: Readonly<Record<string, string>>,
  options: NatsTransportOptions = {},
  env: Readonly<Record<string, string>> = { USER: 'ann' },
): Promise<readonly unknown[][]> {
  const all: readonly Explained[] = await explain(options, host, fakeSystem(files, { env }))
  return all.map(({ key, value, origin }) => [key.replace(/^choria\./, ''), value, origin])
}

it('shows what the configuration comes to, and each line of it', async () => {
  const files = {
    [CONF]: 'collectives = eu, us\n# here\nmain_collective = us\nplugin.choria.ssldir = /ssl\n',
    '/etc/choria/plugin.d/choria.cfg': 'middleware_hosts = b1:4222, nats://b2:4223\n',
  }
  expect(await rows(files, {}, { MCOLLECTIVE_CERTNAME: 'ann.mcollective' })).toEqual([
    ['files', [CONF, '/etc/choria/plugin.d/choria.cfg'], 'as the choria command finds them'],
    ['protocol', 'v1', 'default'],
    ['collective', 'us', `${CONF}:3`],
    ['certname', 'ann.mcollective', 'MCOLLECTIVE_CERTNAME'],
    ['certificate', '/ssl/certs/ann.mcollective.pem', `${CONF}:4`],
    ['key', '/ssl/private_keys/ann.mcollective.pem', `${CONF}:4`],
    ['ca', '/ssl/certs/ca.pem', `${CONF}:4`],
    ['crl', '/ssl/crl.pem', `${CONF}:4`],
    ['brokers', ['nats://b1:4222', 'nats://b2:4223'], '/etc/choria/plugin.d/choria.cfg:1'],
    ['collectives', 'eu, us', `${CONF}:1`],
    ['main_collective', 'us', `${CONF}:3`],
    [
      'plugin.choria.middleware_hosts',
      'b1:4222, nats://b2:4223',
      '/etc/choria/plugin.d/choria.cfg:1',
    ],
    ['plugin.choria.ssldir', '/ssl', `${CONF}:4`],
  ])
})

it('shows the defaults where nothing is configured', async () => {
  expect(await rows({})).toEqual([
    ['files', [], 'none found'],
    ['protocol', 'v1', 'default'],
    ['collective', 'mcollective', 'default'],
    ['certname', 'ann.mcollective', 'user name'],
    ['certificate', '/home/ann/.puppetlabs/etc/puppet/ssl/certs/ann.mcollective.pem', 'default'],
    ['key', '/home/ann/.puppetlabs/etc/puppet/ssl/private_keys/ann.mcollective.pem', 'default'],
    ['ca', '/home/ann/.puppetlabs/etc/puppet/ssl/certs/ca.pem', 'default'],
    ['crl', '/home/ann/.puppetlabs/etc/puppet/ssl/crl.pem', 'default'],
    ['brokers', ['nats://puppet:4222'], 'default'],
  ])
})

it('shows what options say', async () => {
  const files = { '/srv/site/mine.conf': 'collectives = eu,us' }
  const options = { choriaConfig: 'mine.conf', collective: 'us', ssldir: 'ssl', servers: 'b:1' }
  expect((await rows(files, options)).slice(0, 9)).toEqual([
    ['files', ['/srv/site/mine.conf'], 'named'],
    ['protocol', 'v1', 'default'],
    ['collective', 'us', 'option collective'],
    ['certname', 'ann.mcollective', 'user name'],
    ['certificate', '/srv/site/ssl/certs/ann.mcollective.pem', 'option ssldir'],
    ['key', '/srv/site/ssl/private_keys/ann.mcollective.pem', 'option ssldir'],
    ['ca', '/srv/site/ssl/certs/ca.pem', 'option ssldir'],
    ['crl', '/srv/site/ssl/crl.pem', 'option ssldir'],
    ['brokers', ['nats://b:1'], 'option servers'],
  ])
})

it('says why there is no value, and goes on', async () => {
  const files = { [CONF]: 'collectives = eu\nplugin.choria.middleware_hosts = b1\n' }
  const shown = await rows(files, { collective: 'us' })
  expect(shown).toContainEqual(['collective', null, 'The collective "us" is none of eu'])
  expect(shown).toContainEqual(['brokers', null, '"b1" is no address of a broker'])
  expect(shown).toContainEqual(['collectives', 'eu', `${CONF}:1`])
})

it('shows no secret', async () => {
  const files = {
    [CONF]: [
      'plugin.nats.pass = s1',
      'plugin.x.password = s2',
      'plugin.choria.security.request_signer.url = https://me:s3@aaa/sign',
      'plugin.security.choria.token_file = /home/ann/token',
    ].join('\n'),
  }
  const shown = await rows(files)
  expect(JSON.stringify(shown)).not.toMatch(/s[1-3]/)
  expect(shown).toContainEqual([
    'plugin.security.choria.token_file',
    '/home/ann/token',
    `${CONF}:4`,
  ])
})
