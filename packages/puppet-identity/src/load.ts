import { createSecureContext } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { checkKey, checkValidity, commonName, parseCertificates } from './checks.js'
import type { Setting } from './choria-config/parse.js'
import { identityError } from './errors.js'
import type { IdentityFiles } from './locate.js'
import { splitPem } from './pem.js'
import { secret, type Secret } from './secret.js'
import type { System } from './system.js'

/** The operator towards Puppet Server, PuppetDB and Choria: read, and checked as far as can be without a connection. */
export interface Identity {
  /** The name that was looked for; Choria calls the caller `choria=<certname>`. */
  readonly certname: string
  /** The certificate's common name: what Puppet Server's rules are matched against. */
  readonly commonName: string
  /** End of the certificate's validity. */
  readonly validUntil: Moment
  /** PEM; may hold intermediate certificates behind the operator's. */
  readonly certificate: string
  /** PEM. */
  readonly key: Secret
  /** PEM, one certificate each. */
  readonly ca: readonly string[]
  /** PEM, one revocation list each; empty: revocation is not checked. */
  readonly crl: readonly string[]
  readonly files: IdentityFiles
}

async function read(system: System, { value: path }: Setting): Promise<string | undefined> {
  try {
    return await system.readFile(path)
  } catch (cause) {
    throw identityError('identity-file-unreadable', {
      message: `Cannot read ${path}: ${(cause as Error).message}`,
      place: path,
      cause,
    })
  }
}

function enrollHint(files: IdentityFiles, keyIsThere: boolean): string | undefined {
  const { certname, certificate, enrollable } = files
  if (!enrollable) return `Correct the path, which comes from ${certificate.origin}.`
  const name = certname.origin === 'option certname' ? ` --certname ${certname.value}` : ''
  if (!keyIsThere) {
    return `Run \`choirmaster enroll${name}\`, or \`choria enroll${name}\`, as this user and have the request signed by the Puppet CA.`
  }
  return (
    `The key is there, so the request may wait for the CA: \`puppetserver ca sign --certname ${certname.value}\` ` +
    `there, then \`choirmaster enroll${name}\` here.`
  )
}

function missing(
  code: 'identity-certificate-missing' | 'identity-key-missing' | 'identity-ca-missing',
  what: string,
  { value: path, origin }: Setting,
  hint?: string,
): Error {
  return identityError(code, {
    message: `There is no ${what}: ${path} (${origin}) does not exist`,
    place: path,
    ...(hint !== undefined && { hint }),
  })
}

/** Splits the lists and has OpenSSL parse them, so that a damaged one is named here and not by a failed handshake. */
function parseLists(text: string, path: string): readonly string[] {
  const lists = splitPem(text, 'X509 CRL')
  try {
    createSecureContext({ crl: [...lists] })
  } catch (cause) {
    throw identityError('identity-pem', {
      message: `${path} holds a revocation list that cannot be read`,
      place: path,
      cause,
    })
  }
  if (lists.length > 0) return lists
  // An empty file would switch the check off without a word.
  throw identityError('identity-pem', {
    message: `${path} holds no revocation list`,
    place: path,
    hint: 'Fetch the lists again, or remove the file to go without them.',
  })
}

/**
 * Reads the identity's files and checks them: all there, PEM, the key belongs to the certificate, which is valid now.
 * @param now to check the validity at.
 * @throws coded errors `identity-…`; none of them holds a byte of the key.
 */
export async function loadIdentity(
  files: IdentityFiles,
  system: System,
  now: Moment,
): Promise<Identity> {
  const [certificate, key, ca, crl] = await Promise.all([
    read(system, files.certificate),
    read(system, files.key),
    read(system, files.ca),
    files.crl && read(system, files.crl),
  ])
  const { value: certname } = files.certname
  if (certificate === undefined) {
    const hint = enrollHint(files, key !== undefined)
    throw missing(
      'identity-certificate-missing',
      `certificate for ${certname}`,
      files.certificate,
      hint,
    )
  }
  if (key === undefined) {
    throw missing('identity-key-missing', `private key for ${certname}`, files.key)
  }
  if (ca === undefined) throw missing('identity-ca-missing', 'certificate of the CA', files.ca)
  if (crl === undefined && files.crl?.origin === 'option crl') {
    throw identityError('identity-crl-missing', {
      message: `There is no file of revocation lists ${files.crl.value}`,
      place: files.crl.value,
    })
  }

  const leaf = parseCertificates(certificate, files.certificate.value)[0]
  const x509 = new X509Certificate(leaf)
  checkKey(x509, key, files)
  checkValidity(x509, now, files.certificate.value)
  return {
    certname,
    commonName: commonName(x509) ?? certname,
    validUntil: Date.parse(x509.validTo),
    certificate,
    key: secret(key),
    ca: parseCertificates(ca, files.ca.value),
    crl: crl === undefined || files.crl === undefined ? [] : parseLists(crl, files.crl.value),
    files,
  }
}
