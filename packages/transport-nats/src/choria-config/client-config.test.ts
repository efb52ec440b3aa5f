import { describe, expect, it } from 'vitest'
import { fakeSystem, settings } from '../../test/fake-system.js'
import { clientConfig } from './client-config.js'

const read = (
  values: Record<string, string> = {},
  collective?: string,
  env: Record<string, string> = {},
): unknown => clientConfig(settings(values), fakeSystem({}, { env }), collective)

describe("what Choria's client configuration says", () => {
  it('nothing: protocol v1, the collective mcollective, this machine, 60 s', () => {
    expect(read()).toEqual({
      version: 'v1',
      collective: 'mcollective',
      identity: 'ops1.example.net',
      ttl: 60,
      discoveryTimeout: 2_000,
      connectTimeout: 5_000,
    })
  })

  it('the provider decides on the protocol', () => {
    expect(read({ 'plugin.security.provider': 'file' })).toMatchObject({ version: 'v1' })
    const v2 = read({ 'plugin.security.provider': 'choria' })
    expect(v2).toMatchObject({ version: 'v2', collective: 'choria' })
  })

  it('the collective: the one asked for, else the main one, else the first', () => {
    const both = { collectives: 'de, uk', main_collective: 'uk' }
    expect(read(both, 'de')).toMatchObject({ collective: 'de' })
    expect(read(both)).toMatchObject({ collective: 'uk' })
    expect(read({ collectives: 'de, uk' })).toMatchObject({ collective: 'de' })
  })

  it('the rest', () => {
    const values = {
      identity: 'bastion.example.net',
      ttl: '90',
      discovery_timeout: '5',
      'plugin.choria.network.connect_timeout': '1m',
    }
    expect(read(values)).toMatchObject({
      identity: 'bastion.example.net',
      ttl: 90,
      discoveryTimeout: 5_000,
      connectTimeout: 60_000,
    })
  })

  it.each([
    ['500ms', 500],
    ['10', 10_000],
    ['3s', 3_000],
    ['1d', 86_400_000],
  ])('a timeout of %s', (value, connectTimeout) => {
    const timeout = { 'plugin.choria.network.connect_timeout': value }
    expect(read(timeout)).toMatchObject({ connectTimeout })
  })
})

describe('what is refused, never ignored', () => {
  it.each([
    ['a federation', { 'plugin.choria.federation.collectives': 'eu' }, 'transport-federation'],
    ['anonymous TLS', { 'plugin.security.client_anon_tls': 'yes' }, 'transport-anonymous-tls'],
    ['a login by name', { 'plugin.nats.user': 'ann' }, 'transport-nats-login'],
    ['a login by password', { 'plugin.nats.pass': 's3' }, 'transport-nats-login'],
    ['a login by file', { 'plugin.nats.credentials': '/ann.creds' }, 'transport-nats-login'],
    ['a provider nobody knows', { 'plugin.security.provider': 'pkcs11' }, 'transport-provider'],
    ['a ttl that v1 servers drop', { ttl: '29' }, 'transport-setting'],
    ['a ttl that is no number', { ttl: '1m' }, 'transport-setting'],
    ['an odd timeout', { 'plugin.choria.network.connect_timeout': 'soon' }, 'transport-setting'],
    ['no timeout', { 'plugin.choria.network.connect_timeout': '0' }, 'transport-setting'],
    ['a main collective that is none', { main_collective: 'uk' }, 'transport-collective'],
    ['a collective that is no name', { collectives: 'a.>' }, 'transport-collective'],
  ])('%s', (_name, values: Record<string, string>, code) => {
    expect(() => read(values)).toThrow(expect.objectContaining({ code }))
    const place = values['collectives'] ? undefined : '/etc/choria/client.conf:1'
    expect(() => read(values)).toThrow(expect.objectContaining({ place }))
  })

  it('a login is named by its key, and its value is not told', () => {
    const login = (): unknown => read({ 'plugin.nats.pass': 's3' })
    expect(login).toThrow(/^plugin\.nats\.pass is set$/)
    expect(() => read({ 'plugin.nats.pass': '' })).not.toThrow()
  })

  it('a federation in the environment', () => {
    const federated = (): unknown => read({}, undefined, { CHORIA_FED_COLLECTIVE: 'eu' })
    expect(federated).toThrow('Choria is configured for a federation: eu')
  })

  it('a collective that was asked for and is not known', () => {
    expect(() => read({ collectives: 'de, uk' }, 'fr')).toThrow('"fr" is none of de, uk')
  })
})
