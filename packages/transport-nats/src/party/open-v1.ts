import { loadIdentity, locateIdentity } from '@choirmaster/puppet-identity'
import { checkCaller } from '../choria-config/callers.js'
import { loadToken } from '../choria-config/tokens.js'
import { httpPost } from '../signer/post.js'
import { remoteSigner } from '../signer/remote.js'
import type { Signer } from '../signer/signer.js'
import { x509Signer } from '../signer/x509.js'
import { wireV1 } from '../wire/v1/wire.js'
import { SIGNER, signerUrl, warnOfEnd, type Party, type PartySources } from './party.js'

/** The operator with a certificate. @throws coded errors of the identity and of this transport */
export async function openV1(sources: PartySources): Promise<Party> {
  const { options, config, settings, system, host } = sources
  const now = host.clock.now()
  const { certname, ssldir } = options
  const files = await locateIdentity({ certname, ssldir }, settings, system)
  const identity = await loadIdentity(files, system, now)
  const place = files.certificate.value
  warnOfEnd(host, `The certificate ${place}`, identity.validUntil, now)

  const url = signerUrl(settings)
  let signer: Signer
  let validUntil = identity.validUntil
  if (url === undefined) {
    checkCaller(settings, { ...identity, place })
    signer = x509Signer({ ...identity, keyFile: files.key.value })
  } else {
    // Servers look at the certificate of the service, not at ours.
    const allowed = ['fleet_management', 'signed_fleet_management'] as const
    const token = await loadToken(settings, system, SIGNER, allowed, now)
    validUntil = Math.min(validUntil, token.validUntil)
    signer = remoteSigner({ url, token, version: 'v1', post: httpPost(identity.ca) })
  }
  return {
    caller: signer.caller,
    validUntil,
    wire: wireV1(signer, config.identity),
    tls: { client: identity, ca: identity.ca, crl: identity.crl },
  }
}
