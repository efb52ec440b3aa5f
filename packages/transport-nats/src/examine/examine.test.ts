import { readFileSync } from 'node:fs'
import type { Check, Host } from '@choirmaster/core/provide'
import { seededRandom } from '@choirmaster/core/testing'
import { systemClock } from '@choirmaster/core/system'
import { describe, expect, it } from 'vitest'
import { fakeSystem } from '../../test/fake-system.js'
import { TLS } from '../../test/nats-server.js'
import { examine } from './examine.js'

const CONF = '/etc/choria/client.conf'
const call = { signal: new AbortController().signal }
const pem = (name: string): string => readFileSync(`${TLS}${name}`, 'utf8')
/** Nobody may listen on the port 1 (TCPMUX), so a connection is refused at once. */
const NOBODY = 'localhost:1'
const SETTINGS = {
  'plugin.security.provider': 'puppet',
  'plugin.choria.ssldir': '/ssl',
  'plugin.choria.middleware_hosts': NOBODY,
}
const DEPLOY = {
  '/ssl/certs/deploy.mcollective.pem': pem('deploy.pem'),
  '/ssl/private_keys/deploy.mcollective.pem': pem('deploy.key'),
  '/ssl/certs/ca.pem': pem('ca.pem'),
}

interface Machine {
  readonly settings?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly certname?: string
  readonly now?: number
}

async function checks(machine: Machine = {}): Promise<readonly Check[]> {
  const { settings = {}, files = DEPLOY, certname = 'deploy.mcollective' } = machine
  const lines = Object.entries({ ...SETTINGS, ...settings }).map((pair) => pair.join(' = '))
  const system = fakeSystem(
    { [CONF]: lines.join('\n'), ...files },
    { env: { MCOLLECTIVE_CERTNAME: certname } },
  )
  const clock = { ...systemClock(), now: () => machine.now ?? Date.UTC(2026, 10, 22) }
  const host: Host = { baseDir: '/', clock, random: seededRandom(1), notice: () => {} }
  const all: Check[] = []
  for await (const check of examine({}, host, system, call)) all.push(check)
  return all
}

const told = (all: readonly Check[]): string[] =>
  all.map(({ state, subject, message }) => `${state} ${subject}: ${message}`)

describe('what the transport needs', () => {
  it('is told part by part, with where each is from', async () => {
    expect(told(await checks())).toEqual([
      `ok configuration: ${CONF}`,
      'ok protocol: v1 (certificates), collective mcollective',
      'ok certificate: deploy.mcollective (MCOLLECTIVE_CERTNAME), /ssl/certs/deploy.mcollective.pem',
      'ok key: /ssl/private_keys/deploy.mcollective.pem is the key of the certificate',
      'ok dates: The certificate is valid until 2120-01-01T00:00:00Z, 34007 days from now',
      'ok CA: /ssl/certs/ca.pem signed the certificate',
      'note revocation: There are no revocation lists: revoked brokers would be trusted',
      "ok certificate name: deploy.mcollective is one that Choria's servers take",
      expect.stringMatching(/^not-ok broker: nats:\/\/localhost:1: the broker cannot be reached/),
    ])
  })

  it.each<[string, Machine, string, Partial<Check>]>([
    [
      'no certificate',
      { certname: 'bob.mcollective' },
      'certificate',
      { code: 'identity-certificate-missing', place: '/ssl/certs/bob.mcollective.pem' },
    ],
    [
      'the key of another certificate',
      { files: { ...DEPLOY, '/ssl/private_keys/deploy.mcollective.pem': pem('foreign.key') } },
      'certificate',
      { code: 'identity-key-mismatch' },
    ],
    [
      'a certificate that is not valid yet',
      { now: Date.UTC(2019, 0, 1) },
      'certificate',
      { code: 'identity-certificate-early' },
    ],
    [
      'a CA of another estate',
      { files: { ...DEPLOY, '/ssl/certs/ca.pem': pem('foreign-ca.pem') } },
      'CA',
      { message: 'The certificate is not signed by a CA in /ssl/certs/ca.pem' },
    ],
    [
      'a name that servers do not take',
      { settings: { 'plugin.choria.security.certname_whitelist': '^admin' } },
      'certificate name',
      { code: 'transport-certname' },
    ],
    [
      'a federation',
      { settings: { 'plugin.choria.federation.collectives': 'a' } },
      'configuration',
      { code: 'transport-federation', place: `${CONF}:4` },
    ],
    [
      'no token',
      { settings: { 'plugin.security.provider': 'choria' } },
      'token',
      { code: 'transport-token-file' },
    ],
    [
      'a broker without a port',
      { settings: { 'plugin.choria.middleware_hosts': 'broker' } },
      'broker',
      { code: 'transport-server-address', place: `${CONF}:3` },
    ],
  ])('%s is not ok, with what to do', async (_, machine, subject, expected) => {
    const wrong = (await checks(machine)).find(({ state }) => state === 'not-ok')
    expect(wrong).toMatchObject({ subject, ...expected })
    expect(wrong?.hint).toBeTruthy()
  })

  it('a certificate that ends soon is worth knowing, one that ends in hours is wrong', async () => {
    const end = Date.UTC(2120, 0, 1)
    const dates = async (now: number): Promise<Check | undefined> =>
      (await checks({ now })).find(({ subject }) => subject === 'dates')
    expect(await dates(end - 20 * 86_400_000)).toMatchObject({ state: 'note' })
    expect(await dates(end - 3_600_000)).toMatchObject({ state: 'not-ok' })
  })

  it('each broker is tried by itself', async () => {
    const all = await checks({
      settings: { 'plugin.choria.middleware_hosts': `${NOBODY},127.0.0.1:1` },
    })
    const brokers = all.filter(({ subject }) => subject === 'broker')
    expect(brokers.map(({ code }) => code)).toEqual([
      'transport-broker-unreachable',
      'transport-broker-unreachable',
    ])
  })

  it('brokers are not tried without an identity', async () => {
    const all = told(await checks({ files: {} }))
    expect(all.at(-1)).toBe(
      'note broker: Not tried: without a usable identity no broker lets us in',
    )
  })
})
