import { createPrivateKey, createPublicKey, generateKeyPair, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { secret, type Secret } from '@choirmaster/puppet-identity'

/** As Puppet's own default since Puppet 2.7; Choria's v1 protocol signs with RSA and nothing else. */
const BITS = 4096
const COMMON_NAME = '2.5.4.3'
const SIGNATURE = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** A new private key in the traditional form (PKCS#1), which Puppet, Choria and Node all read. */
export async function newKey(): Promise<Secret> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return secret(privateKey)
}

/** The public part of a private key: SPKI in DER, in base64, to compare. */
export function publicPart(key: Secret): string {
  return createPublicKey(key.reveal()).export({ type: 'spki', format: 'der' }).toString('base64')
}

/**
 * A certificate request (PKCS#10) in PEM that names the operator and nothing else.
 * @throws what OpenSSL says of a key that is no RSA key
 */
export async function newRequest(certname: string, key: Secret): Promise<string> {
  const [pkijs, asn1] = await libraries()
  const pkcs8 = createPrivateKey(key.reveal()).export({ type: 'pkcs8', format: 'der' })
  const spki = Buffer.from(publicPart(key), 'base64')
  const { subtle } = webcrypto
  const request = new pkijs.CertificationRequest({ version: 0, attributes: [] })
  const value = new asn1.Utf8String({ value: certname })
  const name = new pkijs.AttributeTypeAndValue({ type: COMMON_NAME, value })
  request.subject.typesAndValues.push(name)
  await request.subjectPublicKeyInfo.importKey(
    await subtle.importKey('spki', spki, SIGNATURE, true, ['verify']),
  )
  await request.sign(
    await subtle.importKey('pkcs8', pkcs8, SIGNATURE, false, ['sign']),
    SIGNATURE.hash,
  )
  return pem('CERTIFICATE REQUEST', Buffer.from(request.toSchema().toBER()))
}

/** The public key in a certificate request, as `publicPart` gives it; undefined for what is no request. */
export async function keyOfRequest(text: string): Promise<string | undefined> {
  const [pkijs] = await libraries()
  try {
    const request = pkijs.CertificationRequest.fromBER(der(text))
    const key = request.subjectPublicKeyInfo.toSchema().toBER()
    return Buffer.from(key).toString('base64')
  } catch {
    return undefined
  }
}

/** Loaded on use: a tenth of a second that no other command needs. */
function libraries() {
  return Promise.all([import('pkijs'), import('asn1js')])
}

/** The bytes of the first block in a PEM text. */
export function der(text: string): ArrayBuffer {
  const [, base64 = ''] = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(text) ?? []
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
