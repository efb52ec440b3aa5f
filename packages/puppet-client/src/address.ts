import { must } from '@choirmaster/core/provide'
import type { Server, Service } from '@choirmaster/puppet-identity'

const PORT = String.raw`[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]`

/**
 * A server's address: a host with or without a port, by https and nothing else. A pattern and not URL(), which
 * cannot tell https://puppet from https://puppet:443; without a port the service's own is meant.
 */
export const ADDRESS = String.raw`^(?:https:\/\/)?([\w.\-]+|\[[0-9a-fA-F:.]+\])(?::(${PORT}))?\/?$`

/** `host:port`, IPv6 in brackets. */
export function authority({ host, port }: Server): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The server that the option `url` names; the options' schema has checked that it matches ADDRESS. */
export function parseAddress(url: string, service: Service): Server {
  const [, host, port] = must(new RegExp(ADDRESS).exec(url), 'an address that fits the schema')
  return {
    host: must(host, 'host').replace(/^\[|\]$/g, ''),
    port: Number(port ?? service.port),
    origin: 'option url',
  }
}

/** Whether a text is such an address. */
export function isAddress(text: string): boolean {
  return new RegExp(ADDRESS).test(text)
}
