import { fileURLToPath } from 'node:url'
import { natsServer, type NatsProgram, type NatsServer } from '@choirmaster/testkit/nats-server'

/** Folder of the throwaway certificates; ../fixtures/make-certificates.sh made them. */
export const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url))

/** A stock broker on this machine, with mutual TLS. */
export function tlsBroker(program: NatsProgram): Promise<NatsServer> {
  const files = `cert_file: "${TLS}broker.pem", key_file: "${TLS}broker.key", ca_file: "${TLS}ca.pem"`
  return natsServer(program, () => `tls { ${files}, verify: true }`)
}
