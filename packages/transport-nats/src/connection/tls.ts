import { isIP } from 'node:net'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'

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

/**
 * Checks the broker's name in its certificate. Node checks `localhost` when a broker is named by its address, as the
 * library then gives no name; this checks the address.
 * @param hosts of the brokers, as configured
 */
export function nameCheck(
  hosts: readonly string[],
): NonNullable<ConnectionOptions['checkServerIdentity']> {
  const addresses = hosts.filter((host) => isIP(host) !== 0)
  return (name, certificate) => {
    const named = name !== 'localhost' || hosts.includes(name)
    if (named || addresses.length === 0) return checkServerIdentity(name, certificate)
    const flaws = addresses.map((address) => checkServerIdentity(address, certificate))
    return flaws.includes(undefined) ? undefined : flaws[0]
  }
}
