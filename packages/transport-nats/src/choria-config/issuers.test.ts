import { describe, expect, it } from 'vitest'
import { fixtureText } from '../../test/recorded.js'
import { settings } from '../../test/fake-system.js'
import { trustedKeys } from './issuers.js'

const key = fixtureText('v2/issuer.public.txt').trim()

describe('issuers whose tokens are believed', () => {
  it('are named one by one, each with its key', () => {
    const keys = trustedKeys(
      settings({
        'plugin.security.issuer.names': 'acme, choria',
        'plugin.security.issuer.acme.public': key,
        'plugin.security.issuer.choria.public': key,
      }),
    )
    expect([...(keys?.issuers.keys() ?? [])]).toEqual(['acme', 'choria'])
  })

  it('may be a list of keys', () => {
    const keys = trustedKeys(
      settings({ 'plugin.security.choria.trusted_signers': `${key},${key}` }),
    )
    expect(keys?.signers).toHaveLength(2)
  })

  it('need not be configured', () => {
    expect(trustedKeys(settings({}))).toBeUndefined()
  })

  it.each([
    [{ 'plugin.security.issuer.names': 'acme' }],
    [{ 'plugin.security.issuer.names': 'acme', 'plugin.security.issuer.acme.public': 'x' }],
    [{ 'plugin.security.choria.trusted_signers': `${key}00` }],
  ])('%j cannot be used', (values: Record<string, string>) => {
    const code = 'transport-setting'
    expect(() => trustedKeys(settings(values))).toThrow(expect.objectContaining({ code }))
  })
})
