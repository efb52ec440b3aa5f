import { createPublicKey, X509Certificate } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { enrollError } from './errors.js'
import { der } from './request.js'

export interface Issued {
  readonly certname: string
  /** The certificate, PEM. */
  readonly certificate: string
  /** Public part of our key, as `publicPart` gives it. */
  readonly key: string
  /** Certificates of the CA, PEM. */
  readonly ca: readonly string[]
  /** Revocation lists, PEM. */
  readonly crl: readonly string[]
  /** Where the certificate comes from, or is. */
  readonly place: string
}

/**
 * Checks that a certificate is ours: our key, our name, signed by the CA that we trust, and not revoked.
 * @throws enroll-name-taken, enroll-name-mismatch, enroll-foreign-certificate, enroll-revoked
 * @returns the end of its validity
 */
export async function checkIssued(issued: Issued): Promise<Moment> {
  const { certname, key, ca, place } = issued
  const certificate = new X509Certificate(issued.certificate)
  if (keyOf(certificate) !== key) {
    throw enrollError('enroll-name-taken', {
      message: `The CA has a certificate for ${certname} that belongs to another key than ours`,
      place,
      hint:
        `Take the key that belongs to it from where it was made. Where it is lost: ${clean(certname)} on the ` +
        `CA server, then run this again.`,
    })
  }
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1]
  if (name !== certname) {
    throw enrollError('enroll-name-mismatch', {
      message: `The CA was asked for ${certname} and gave a certificate for ${name ?? 'no name'}`,
      place,
    })
  }
  const issuer = ca
    .map((block) => new X509Certificate(block))
    .find((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey))
  if (issuer === undefined) {
    throw enrollError('enroll-foreign-certificate', {
      message: `The certificate for ${certname} is not signed by the CA that we trust`,
      place,
    })
  }
  if (await isRevoked(certificate, issued)) throw revoked(certname, place)
  return Date.parse(certificate.validTo)
}

export function revoked(certname: string, place: string): Error {
  return enrollError('enroll-revoked', {
    message: `The CA has revoked the certificate for ${certname}`,
    place,
    hint: `${clean(certname)} on the CA server, move the old certificate away, and run this again.`,
  })
}

export function clean(certname: string): string {
  return `\`puppetserver ca clean --certname ${certname}\``
}

/** A serial number is the issuer's own, so only a list of the same issuer counts. */
async function isRevoked(certificate: X509Certificate, { crl }: Issued): Promise<boolean> {
  const pkijs = await import('pkijs')
  const ours = pkijs.Certificate.fromBER(new Uint8Array(certificate.raw).buffer)
  return crl.some((text) => {
    const list = pkijs.CertificateRevocationList.fromBER(der(text))
    return list.issuer.isEqual(ours.issuer) && list.isCertificateRevoked(ours)
  })
}

function keyOf({ publicKey }: X509Certificate): string {
  return createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
    .export({ type: 'spki', format: 'der' })
    .toString('base64')
}
