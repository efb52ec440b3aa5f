import type { ErrorDetails } from '@choirmaster/core/provide'
import type { puppetClientErrors } from './errors.js'
import type { Operator } from './failures.js'
import { printable } from './printable.js'

/** What a failed TLS connection looked like. */
export interface TlsFailure {
  /** Node's or OpenSSL's code. */
  readonly code: string
  readonly error: Error
  /** `host:port`. */
  readonly server: string
  readonly identity: Operator
}

export type Explained = ErrorDetails & { readonly code: keyof typeof puppetClientErrors }

const UNKNOWN_ISSUER = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])

/** What an alert of the server says about our certificate. */
const REFUSALS: Readonly<Record<string, string>> = {
  UNKNOWN_CA: 'it is not from a CA that the server knows',
  BAD_CERTIFICATE: 'the server cannot verify it',
  CERTIFICATE_EXPIRED: 'the server holds it for expired',
  CERTIFICATE_REVOKED: 'it is revoked',
  CERTIFICATE_UNKNOWN: 'the server cannot verify it',
  UNSUPPORTED_CERTIFICATE: 'the server does not support its kind',
  CERTIFICATE_REQUIRED: 'the server got none',
  ACCESS_DENIED: 'the server denies it access',
}

function revocation({ code, server, identity }: TlsFailure): Explained {
  const file = identity.files.crl?.value ?? 'the file of revocation lists'
  const ca = identity.files.ca.value
  const why: Readonly<Record<string, string>> = {
    UNABLE_TO_GET_CRL: `${file} lacks the list of a CA in its chain`,
    CRL_HAS_EXPIRED: `a list in ${file} has lapsed`,
    CRL_NOT_YET_VALID: `a list in ${file} is not valid yet`,
    CRL_SIGNATURE_FAILURE: `a list in ${file} is from a CA that ${ca} lacks`,
  }
  return {
    code: 'puppet-tls-crl',
    message: `The certificate of ${server} cannot be checked for revocation: ${why[code] ?? code}`,
    place: file,
    hint:
      `One valid list is needed for each CA, root and intermediate, and ${ca} must hold both CAs. Fetch the lists ` +
      `again from the CA server: curl --cacert ${ca} -o ${file} ` +
      `https://CA-SERVER:8140/puppet-ca/v1/certificate_revocation_list/ca`,
  }
}

function otherName({ error, server }: TlsFailure): Explained {
  const { cert } = error as { cert?: { subjectaltname?: string } }
  const names = printable(cert?.subjectaltname ?? '') || 'no name at all'
  return {
    code: 'puppet-tls-name',
    message: `The certificate of ${server} is for another name: it has ${names}`,
  }
}

/** Why a TLS connection failed, in words; undefined for a failure that is none of TLS. */
export function explainTls(failure: TlsFailure): Explained | undefined {
  const { code, error, server, identity } = failure
  const ca = identity.files.ca.value
  if (code.includes('CRL')) return revocation(failure)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherName(failure)
  if (UNKNOWN_ISSUER.has(code)) {
    const count = identity.ca.length === 1 ? '1 certificate' : `${identity.ca.length} certificates`
    return {
      code: 'puppet-tls-ca',
      message: `The certificate of ${server} is not from the CA in ${ca} (${count}): ${printable(error.message)}`,
      place: ca,
    }
  }
  if (code === 'CERT_REVOKED') {
    return { code: 'puppet-tls-revoked', message: `The certificate of ${server} has been revoked` }
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    return {
      code: 'puppet-tls-expired',
      message: `The certificate of ${server}, or of its CA, ${when}`,
    }
  }
  // OpenSSL's names differ: TLSV1_ALERT_UNKNOWN_CA, SSLV3_ALERT_BAD_CERTIFICATE, since 3.2 SSL/TLS_ALERT_….
  const alert = /^ERR_SSL_.+_ALERT_(.+)$/.exec(code)?.[1] ?? ''
  const refusal = REFUSALS[alert]
  if (refusal !== undefined) {
    return {
      code: 'puppet-tls-refused',
      message: `${server} does not accept the certificate ${identity.commonName}: ${refusal}`,
      place: identity.files.certificate.value,
    }
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') {
    return {
      code: 'puppet-tls',
      message: `No TLS connection to ${server}: ${printable(error.message)}`,
    }
  }
  return undefined
}
