import { resolve } from 'node:path'
import type { Host, Milliseconds } from '@choirmaster/core/provide'
import {
  expandHome,
  findServers,
  loadIdentity,
  locateIdentity,
  readChoriaConfig,
  type Identity,
  type Server,
  type Service,
  type System,
} from '@choirmaster/puppet-identity'
import { parseAddress } from './address.js'
import type { AccessOptions } from './options.js'

/** Who asks, and whom. */
export interface Access {
  readonly identity: Identity
  readonly timeout: Milliseconds
  /** In the order to try them; SRV records are looked up anew. */
  servers(): Promise<readonly Server[]>
}

/**
 * Reads Choria's configuration and the operator's identity.
 * @param timeout default, seconds
 * @throws coded errors `identity-…`
 */
export async function openAccess(
  service: Service,
  options: AccessOptions,
  timeout: number,
  host: Host,
  system: System,
): Promise<Access> {
  const path = (value: string | undefined): string | undefined =>
    value && resolve(host.baseDir, expandHome(value, system.home))
  const named = options.url === undefined ? undefined : parseAddress(options.url, service)
  const { settings } = await readChoriaConfig(system, path(options.choriaConfig))
  const files = await locateIdentity(
    {
      certname: options.certname,
      ssldir: path(options.ssldir),
      certificate: path(options.certificate),
      key: path(options.key),
      ca: path(options.ca),
      crl: path(options.crl),
    },
    settings,
    system,
  )
  const warn = (message: string): void =>
    host.notice({ level: 'warning', code: 'puppet-srv-failed', message })
  return {
    identity: await loadIdentity(files, system, host.clock.now()),
    timeout: (options.timeout ?? timeout) * 1000,
    servers: async () =>
      named === undefined
        ? findServers({ service, settings, system, random: host.random, warn })
        : [named],
  }
}
