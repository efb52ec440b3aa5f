import { createHash, X509Certificate } from 'node:crypto'

/** What a CA is known by: SHA-256, upper-case hex in pairs. */
export interface Fingerprints {
  /** Of the bundle's text: what `puppet ssl bootstrap --ca_fingerprint` and `sha256sum ca_crt.pem` speak of. */
  readonly bundle: string
  /** Of each certificate: what `openssl x509 -fingerprint -sha256` prints of the file that holds it. */
  readonly certificates: readonly { readonly subject: string; readonly fingerprint: string }[]
}

/** @param text the CA's answer as it came. @param blocks its certificates, PEM */
export function fingerprintsOf(text: string, blocks: readonly string[]): Fingerprints {
  return {
    bundle: pairs(createHash('sha256').update(text).digest('hex')),
    certificates: blocks.map((block) => {
      const certificate = new X509Certificate(block)
      return {
        subject: certificate.subject.replaceAll('\n', ', '),
        fingerprint: certificate.fingerprint256,
      }
    }),
  }
}

/** Whether a text can be a SHA-256 fingerprint, in upper or lower case, with or without colons. */
export const FINGERPRINT = /^[0-9a-fA-F]{2}(?::?[0-9a-fA-F]{2}){31}$/

/**
 * Whether the bundle is what a fingerprint names: its whole text, or its root, where all else in the bundle is signed
 * by that root or what it signed: else a CA of a stranger could travel in the company of the right one.
 */
export function isNamedBy(
  named: string,
  fingerprints: Fingerprints,
  blocks: readonly string[],
): boolean {
  const wanted = pairs(named.replaceAll(':', ''))
  if (wanted === fingerprints.bundle) return true
  const certificates = blocks.map((block) => new X509Certificate(block))
  const root = certificates.find(({ fingerprint256 }) => fingerprint256 === wanted)
  if (root === undefined || !isSignedBy(root, root)) return false
  const trusted = [root]
  const rest = new Set(certificates.filter((one) => one !== root))
  for (let grew = true; grew;) {
    grew = false
    for (const one of rest) {
      if (!trusted.some((issuer) => isSignedBy(one, issuer))) continue
      trusted.push(one)
      rest.delete(one)
      grew = true
    }
  }
  return rest.size === 0
}

function isSignedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey)
}

function pairs(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':')
}
