import type { ConnectionOptions } from 'node:tls'

/** How the connection is encrypted, and who both ends are. PEM texts. */
export interface TlsSettings {
  /** The operator's certificate and key; absent with tokens. */
  readonly client?: { readonly certificate: string; readonly key: { reveal(): string } }
  /** The CAs that may have signed the broker's certificate; absent: it is not verified. */
  readonly ca?: readonly string[]
  /** Revocation lists; empty: revocation is not checked. */
  readonly crl: readonly string[]
}

/** The same for Node's TLS. */
export function tlsOptions({ client, ca, crl }: TlsSettings): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(client && { cert: client.certificate, key: client.key.reveal() }),
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca: [...ca] }),
    ...(crl.length > 0 && { crl: [...crl] }),
  }
}
