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

/**
 * The same brokers, that in use first: the others keep their order.
 * @param inUse `host:port`, as the library writes it; one that is none of these changes nothing
 */
export function withFirst(brokers: readonly Broker[], inUse: string): readonly Broker[] {
  // A host is the same in capitals, an IPv6 address in many spellings.
  const plain = (address: string): string => new URL(`http://${address}`).host
  const first = brokers.find((broker) => plain(brokerUrl(broker).slice(SCHEME)) === plain(inUse))
  return first === undefined ? brokers : [first, ...brokers.filter((broker) => broker !== first)]
}

const SCHEME = 'nats://'.length

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
  const shown = JSON.stringify(address.replace(/\/\/.*@/, '//[redacted]@'))
  throw transportError('transport-server-address', {
    message: `${shown} is no address of a broker`,
    place: origin,
  })
}
