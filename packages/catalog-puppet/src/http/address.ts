import { PUPPET_SERVER, type Server } from '@choirmaster/puppet-identity'
import { puppetError } from '../errors.js'

// Not by URL(), which cannot tell https://puppet from https://puppet:443: without a port we mean 8140.
const ADDRESS = /^(?:https:\/\/)?([\w.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i

/** `host:port`, IPv6 in brackets. */
export function authority({ host, port }: Server): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * The server that the option `url` names.
 * @throws puppet-url for anything but a host with an optional port; plain http in particular.
 */
export function parseAddress(url: string): Server {
  const [, host, digits] = ADDRESS.exec(url.trim()) ?? []
  const port = digits === undefined ? PUPPET_SERVER.port : Number(digits)
  if (host !== undefined && port >= 1 && port <= 65_535) {
    return { host: host.replace(/^\[|\]$/g, ''), port, origin: 'option url' }
  }
  const why = /^http:/i.test(url) ? ': Puppet Server is reached by https only' : ''
  throw puppetError('puppet-url', {
    message: `${JSON.stringify(url)} is no address of a Puppet Server${why}`,
    place: 'url',
  })
}
