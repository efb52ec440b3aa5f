import { fileURLToPath } from 'node:url'

/** The throwaway certificates; make-certificates.sh beside them says what each is. */
export const TLS = fileURLToPath(
  new URL('../../puppet-identity/test/fixtures/tls/', import.meta.url),
)
