import { X509Certificate } from 'node:crypto'
import type { Check, Moment } from '@choirmaster/core/provide'
import { loadIdentity, locateIdentity, type Identity } from '@choirmaster/puppet-identity'
import { checkCaller } from '../choria-config/callers.js'
import { trustedKeys } from '../choria-config/issuers.js'
import { loadToken } from '../choria-config/tokens.js'
import { SIGNER, signerUrl, SOON, type PartySources } from '../party/party.js'
import { failed, note, ok } from './check.js'

/** Days before the end of a certificate from which on its end is worth knowing: time enough to have it renewed. */
const RENEW_DAYS = 30
const DAY = 86_400_000

/** The operator with a certificate: its files, its dates, who signed it, and whether servers take its name. */
export async function* examineV1(sources: PartySources): AsyncGenerator<Check> {
  const { options, settings, system, host } = sources
  const now = host.clock.now()
  let identity: Identity
  try {
    const { certname, ssldir } = options
    const files = await locateIdentity({ certname, ssldir }, settings, system)
    identity = await loadIdentity(files, system, now)
    const { certificate, certname: name } = files
    yield ok('certificate', `${name.value} (${name.origin}), ${certificate.value}`)
    yield ok('key', `${files.key.value} is the key of the certificate`)
    yield validity(
      `The certificate`,
      identity.validUntil,
      now,
      'Have it renewed: `choirmaster enroll`.',
    )
  } catch (error) {
    yield failed('certificate', error)
    return
  }
  yield* authority(identity)
  const place = identity.files.certificate.value
  try {
    const url = signerUrl(settings)
    if (url === undefined) {
      checkCaller(settings, { ...identity, place })
      yield ok('certificate name', `${identity.certname} is one that Choria's servers take`)
    } else {
      const allowed = ['fleet_management', 'signed_fleet_management'] as const
      const token = await loadToken(settings, system, SIGNER, allowed, now)
      yield ok('signing service', `${url} signs for ${token.caller}`)
    }
  } catch (error) {
    yield failed('certificate name', error)
  }
}

function* authority({ certificate, ca, crl, files }: Identity): Generator<Check> {
  const leaf = new X509Certificate(certificate)
  const between = certificate.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((text) => text.trim())
  const issuers = [...ca, ...between.slice(1)].map((text) => new X509Certificate(text))
  const signed = issuers.some((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey))
  const path = files.ca.value
  if (signed) yield ok('CA', `${path} signed the certificate`)
  else {
    yield {
      subject: 'CA',
      state: 'not-ok',
      message: `The certificate is not signed by a CA in ${path}`,
      hint: "Compare `openssl x509 -noout -issuer` of the certificate with the CA's subject: one of the two is of another estate.",
      place: path,
    }
  }
  if (crl.length > 0) yield ok('revocation', files.crl?.value ?? '')
  else yield note('revocation', 'There are no revocation lists: revoked brokers would be trusted')
}

/** The operator with a token: who, until when, and whose tokens of servers are believed. */
export async function* examineV2(sources: PartySources): AsyncGenerator<Check> {
  const { settings, system, host } = sources
  const now = host.clock.now()
  try {
    const url = signerUrl(settings)
    const allowed = ['fleet_management', 'signed_fleet_management'] as const
    const prefix = 'plugin.security.choria'
    const token = await loadToken(settings, system, prefix, url ? allowed : [allowed[0]], now)
    yield ok('token', `${token.caller}, which may manage the fleet`)
    yield validity('The token', token.validUntil, now, 'Renew it: `choria login`.')
    if (url !== undefined) yield ok('signing service', url)
  } catch (error) {
    yield failed('token', error)
  }
  try {
    const keys = trustedKeys(settings)
    if (keys === undefined) {
      const hint = 'Set plugin.security.issuer.names and the public key of each.'
      yield note('issuers', 'None is configured: who signed replies is not verified', hint)
    } else {
      const names = [...keys.issuers.keys()]
      yield ok('issuers', names.length > 0 ? names.join(', ') : `${keys.signers.length} signers`)
    }
  } catch (error) {
    yield failed('issuers', error)
  }
  if (settings.get('plugin.security.choria.ca') === undefined) {
    const hint = "Set plugin.security.choria.ca to the broker's CA."
    yield note('CA', "None is configured: the broker's certificate is not verified", hint)
  }
}

function validity(what: string, until: Moment, now: Moment, hint: string): Check {
  const left = until - now
  const when = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')
  const days = Math.floor(left / DAY)
  const message = `${what} is valid until ${when}, ${left < DAY ? 'less than a day' : `${days} days`} from now`
  if (left < SOON) return { subject: 'dates', state: 'not-ok', message, hint }
  // Tokens of a login service live for hours by design, certificates for years.
  const early = what === 'The certificate' && days < RENEW_DAYS
  return early ? note('dates', message, hint) : ok('dates', message)
}
