/** What kinds of PEM block the identity's files hold. */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL'

/**
 * The blocks of a PEM bundle that have this label, in order, each with its BEGIN and END lines. Text between
 * blocks is skipped, as OpenSSL does. Bundles must be split for Node: since Puppet Server 6 `ca.pem` holds two
 * certificates and `crl.pem` two lists, and Node reads only the first list of a string (seen on Node 20:
 * UNABLE_TO_GET_CRL).
 */
export function splitPem(text: string, label: PemLabel): readonly string[] {
  const block = new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----`, 'g')
  return (text.match(block) ?? []).map((found) => `${found}\n`)
}
