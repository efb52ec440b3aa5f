import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settings } from '../../test/fake-system.js'
import { checkCaller } from './callers.js'

const WHITELIST = 'plugin.choria.security.certname_whitelist'
const file = new URL('../../test/fixtures/tls/deploy.pem', import.meta.url)
const certificate = readFileSync(file, 'utf8')

const check = (certname: string, values: Record<string, string> = {}): (() => void) => {
  return () => checkCaller(settings(values), { certname, certificate, place: '/deploy.pem' })
}

describe("a certificate's name, before anything is connected to", () => {
  it('is fine when it is the one in the certificate and servers accept it', () => {
    expect(check('deploy.mcollective')).not.toThrow()
    expect(check('deploy.mcollective', { [WHITELIST]: '/^deploy/, \\.ops$' })).not.toThrow()
  })

  it("is refused when it is not on the servers' list: they would say nothing", () => {
    const code = 'transport-certname'
    expect(check('ops1.example.net')).toThrow(expect.objectContaining({ code }))
    expect(check('ops1.example.net')).toThrow('matches none of \\.mcollective$, \\.choria$')
    const ours = { [WHITELIST]: '\\.ops$' }
    expect(check('deploy.mcollective', ours)).toThrow(expect.objectContaining({ code }))
  })

  it('is left to the servers where their list is written for Go only', () => {
    expect(check('deploy.mcollective', { [WHITELIST]: '(?P<who>x)' })).not.toThrow()
  })

  it('is refused when the certificate is of somebody else', () => {
    expect(check('ann.mcollective')).toThrow(
      'The certificate is that of deploy.mcollective, not of ann.mcollective',
    )
  })
})
