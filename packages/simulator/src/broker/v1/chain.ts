import type { X509Certificate } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'

/** Extended key usages: TLS client authentication, and any. */
const CLIENT_AUTH = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']
/** Certificates from the caller's to the CA; a loop ends here too. */
const LONGEST_CHAIN = 8

/**
 * What is wrong with a caller's certificate.
 * @param others that came with it and may lie between it and a CA
 * @param roots that are trusted; one that is the certificate itself is trusted as it stands
 */
export function chainFault(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Moment,
): string | undefined {
  const usages = certificate.keyUsage as readonly string[] | undefined
  if (usages !== undefined && !usages.some((usage) => CLIENT_AUTH.includes(usage))) {
    return 'the certificate is not for clients'
  }
  let current = certificate
  for (let length = 0; length < LONGEST_CHAIN; length += 1) {
    if (!isValid(current, now)) return `a certificate is not valid now (${current.subject})`
    const { fingerprint256 } = current
    if (roots.some((root) => root.fingerprint256 === fingerprint256)) return undefined
    const signer = issuerOf(current, roots)
    if (signer !== undefined) {
      return isValid(signer, now) ? undefined : 'the certificate of the CA is not valid now'
    }
    const next = issuerOf(current, others)
    if (next === undefined) break
    current = next
  }
  return 'the certificate is not signed by the CA'
}

function issuerOf(
  certificate: X509Certificate,
  candidates: readonly X509Certificate[],
): X509Certificate | undefined {
  return candidates.find(
    (one) => one.ca && certificate.checkIssued(one) && certificate.verify(one.publicKey),
  )
}

function isValid({ validFrom, validTo }: X509Certificate, now: Moment): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}
