import { transportError } from '../errors.js'

/** A broker to try. */
export interface Broker {
  readonly host: string
  readonly port: number
  /** Who named it: `file:line`, `SRV _mcollective-server._tcp.example.net`, `option servers`, `default`. */
  readonly origin: string
}

/** How a broker is shown and what the library takes: IPv6 addresses in brackets. */
export function brokerUrl({ host, port }: Broker): string {
  return `nats://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const ADDRESS =
  /^(?:(?:nats|tls):\/\/)?(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[\w.-]+)):(?<port>\d{1,5})$/
const LARGEST_PORT = 65_535

/**
 * Reads `host:port` or `nats://host:port`; Choria demands the port.
 * @throws transport-server-address
 */
export function parseBroker(address: string, origin: string): Broker {
  const parts = ADDRESS.exec(address.trim())?.groups
  const host = parts?.['six'] ?? parts?.['name']
  const port = Number(parts?.['port'])
  if (host !== undefined && port >= 1 && port <= LARGEST_PORT) return { host, port, origin }
  throw transportError('transport-server-address', {
    message: `${JSON.stringify(address)} is no address of a broker`,
    place: origin,
  })
}
