import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { identityError } from './errors.js'
import type { IdentityFiles } from './locate.js'
import { splitPem } from './pem.js'

/**
 * The certificates of a PEM file, each parsed once to prove that it can be.
 * @throws identity-pem when there is none, or one that cannot be parsed.
 */
export function parseCertificates(text: string, path: string): readonly [string, ...string[]] {
  const [first, ...others] = splitPem(text, 'CERTIFICATE')
  if (first === undefined) {
    throw identityError('identity-pem', { message: `${path} holds no certificate`, place: path })
  }
  for (const block of [first, ...others]) {
    try {
      new X509Certificate(block)
    } catch (cause) {
      throw identityError('identity-pem', {
        message: `${path} holds a certificate that cannot be read`,
        place: path,
        cause,
      })
    }
  }
  return [first, ...others]
}

/** The common name of a certificate's subject. */
export function commonName(certificate: X509Certificate): string | undefined {
  return /^CN=(.+)$/m.exec(certificate.subject)?.[1]
}

/** OpenSSL's error is not passed on as the cause: it is about the key's text, which stays out of errors. */
function parseKey(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    // Said by the text, as the error differs between versions. PKCS#8 and traditional form both carry the word.
    if (text.includes('ENCRYPTED')) {
      throw identityError('identity-key-encrypted', {
        message: `The private key ${path} is behind a passphrase`,
        place: path,
      })
    }
    throw identityError('identity-pem', {
      message: `${path} holds no private key that can be read`,
      place: path,
    })
  }
}

/** @throws identity-key-encrypted, identity-pem or identity-key-mismatch. */
export function checkKey(certificate: X509Certificate, key: string, files: IdentityFiles): void {
  if (certificate.checkPrivateKey(parseKey(key, files.key.value))) return
  throw identityError('identity-key-mismatch', {
    message: `The private key ${files.key.value} is not the key of the certificate ${files.certificate.value}`,
    place: files.key.value,
  })
}

const day = (moment: Moment): string => new Date(moment).toISOString().replace('.000Z', 'Z')

/** @throws identity-certificate-expired or identity-certificate-early. */
export function checkValidity(certificate: X509Certificate, now: Moment, path: string): void {
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  const name = commonName(certificate) ?? path
  if (now > to) {
    throw identityError('identity-certificate-expired', {
      message: `The certificate of ${name} expired on ${day(to)}`,
      place: path,
      hint:
        `Have the CA clean the name (\`puppetserver ca clean --certname ${name}\`), move the certificate ` +
        `away, and run \`choirmaster enroll\` again.`,
    })
  }
  if (now < from) {
    throw identityError('identity-certificate-early', {
      message: `The certificate of ${name} is valid only from ${day(from)}; this machine's clock says ${day(now)}`,
      place: path,
    })
  }
}
