import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Notice } from '@choirmaster/core/provide'
import { describe, expect, it } from 'vitest'
import { fakeSystem, settings } from '../../test/fake-system.js'
import { clientConfig } from '../choria-config/client-config.js'
import type { NatsTransportOptions } from '../options.js'
import { publicHex } from '../wire/v2/keys.js'
import { openV1 } from './open-v1.js'
import { openV2 } from './open-v2.js'
import type { Party, PartySources } from './party.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const SIGNER = 'plugin.choria.security.request_signer'
const pem = (name: string): string =>
  readFileSync(new URL(`../../test/fixtures/tls/${name}`, import.meta.url), 'utf8')

const pair = generateKeyPairSync('ed25519')
function token(hours: number, permission = 'fleet_management'): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    purpose: 'choria_client_id',
    callerid: 'up=ann',
    public_key: publicHex(pair.privateKey),
    permissions: { [permission]: true },
    exp: NOW / 1000 + hours * 3_600,
  }
  const signed = `${part({ alg: 'EdDSA' })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), pair.privateKey).toString('base64url')}`
}
const seed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('hex')

const FILES = {
  '/ssl/deploy.pem': pem('deploy.pem'),
  '/ssl/deploy.key': pem('deploy.key'),
  '/ssl/ca.pem': pem('ca.pem'),
  '/home/ann/ann.jwt': token(100),
  '/home/ann/ann.key': seed,
  '/short.jwt': token(1),
  '/delegated.jwt': token(100, 'signed_fleet_management'),
}
const V1 = {
  'plugin.security.provider': 'file',
  'plugin.security.file.certificate': '/ssl/deploy.pem',
  'plugin.security.file.key': '/ssl/deploy.key',
  'plugin.security.file.ca': '/ssl/ca.pem',
}
const V2 = {
  'plugin.security.provider': 'choria',
  'plugin.security.choria.token_file': '~/ann.jwt',
  'plugin.security.choria.ca': '/ssl/ca.pem',
  'plugin.security.choria.trusted_signers': publicHex(pair.privateKey),
}

async function open(
  values: Record<string, string>,
  options: NatsTransportOptions = { certname: 'deploy.mcollective' },
): Promise<{ party: Party; notices: string[] }> {
  const notices: string[] = []
  const notice = ({ level, code }: Notice): void => void notices.push(`${level} ${code}`)
  const clock = { now: () => NOW, sleepUntil: async () => {}, hold: <T>(work: T) => work }
  const system = fakeSystem(FILES)
  const all = settings(values)
  const config = clientConfig(all, system, undefined)
  const sources: PartySources = { options, config, settings: all, system, host: { clock, notice } }
  return { party: await (config.version === 'v1' ? openV1(sources) : openV2(sources)), notices }
}

describe('an operator with a certificate', () => {
  it('is the caller of that name, over mutual TLS', async () => {
    const { party, notices } = await open(V1)
    expect(party).toMatchObject({ caller: 'choria=deploy.mcollective', wire: { version: 'v1' } })
    expect(party.tls.client).toBeDefined()
    expect(party.tls.ca).toEqual([FILES['/ssl/ca.pem']])
    expect(party.login).toBeUndefined()
    expect(notices).toEqual([])
  })

  it('whose name servers do not accept is refused', async () => {
    const attempt = open(V1, { certname: 'ops1.example.net' })
    await expect(attempt).rejects.toMatchObject({
      code: 'transport-certname',
      place: '/ssl/deploy.pem',
    })
  })

  it('may have requests signed by a service: then the token names the caller', async () => {
    const values = {
      ...V1,
      [`${SIGNER}.url`]: 'http://localhost/sign',
      [`${SIGNER}.token_file`]: '/delegated.jwt',
      [`${SIGNER}.seed_file`]: '/home/ann/ann.key',
    }
    const { party } = await open(values, { certname: 'ops1.example.net' })
    expect(party.caller).toBe('up=ann')
  })

  it('is refused where the service would get the token without TLS', async () => {
    const attempt = open({ ...V1, [`${SIGNER}.url`]: 'http://aaa.example.net/sign' })
    await expect(attempt).rejects.toMatchObject({ code: 'transport-signer-address' })
  })

  it('is refused where the service is to be asked over RPC', async () => {
    const attempt = open({ ...V1, [`${SIGNER}.service`]: 'true' })
    await expect(attempt).rejects.toMatchObject({ code: 'transport-signer-service', exit: 3 })
  })
})

describe('an operator with a token', () => {
  it('is the caller that the token names, proven by its key; the seed lies beside the token', async () => {
    const { party, notices } = await open(V2)
    expect(party).toMatchObject({ caller: 'up=ann', wire: { version: 'v2' } })
    expect(party.login?.('nonce')).toHaveProperty('auth_token', FILES['/home/ann/ann.jwt'])
    expect(party.tls).toMatchObject({ ca: [FILES['/ssl/ca.pem']] })
    expect(party.tls.client).toBeUndefined()
    expect(party.validUntil).toBe(NOW + 100 * 3_600_000)
    expect(notices).toEqual([])
  })

  it('is told what is not verified, and that the token ends soon', async () => {
    const { 'plugin.security.choria.ca': _ca, ...rest } = V2
    const { 'plugin.security.choria.trusted_signers': _signers, ...bare } = rest
    const short = {
      'plugin.security.choria.token_file': '/short.jwt',
      'plugin.security.choria.seed_file': '/home/ann/ann.key',
    }
    const { notices, party } = await open({ ...bare, ...short })
    expect(notices.sort()).toEqual([
      'warning transport-broker-unverified',
      'warning transport-identity-ends',
      'warning transport-replies-unverified',
    ])
    expect(party.tls.ca).toBeUndefined()
  })

  it('needs a token that is there and may manage the fleet itself', async () => {
    const file = 'plugin.security.choria.token_file'
    const key = { 'plugin.security.choria.seed_file': '/home/ann/ann.key' }
    const code = 'transport-token-file'
    await expect(open({ ...V2, [file]: '/none.jwt' })).rejects.toMatchObject({ code })
    await expect(open({ 'plugin.security.provider': 'choria' })).rejects.toMatchObject({ code })
    const delegated = open({ ...V2, ...key, [file]: '/delegated.jwt' })
    await expect(delegated).rejects.toMatchObject({ code: 'transport-token-permission' })
    const signed = { ...V2, ...key, [file]: '/delegated.jwt', [`${SIGNER}.url`]: 'https://x/' }
    expect((await open(signed)).party.caller).toBe('up=ann')
  })
})
