import { resolve } from 'node:path'
import type { CatalogSource, Host, Provider } from '@choirmaster/core/provide'
import {
  expandHome,
  findServers,
  loadIdentity,
  locateIdentity,
  nodeSystem,
  PUPPET_SERVER,
  readChoriaConfig,
  type System,
} from '@choirmaster/puppet-identity'
import { askServers } from './environment-api/ask.js'
import { puppetError } from './errors.js'
import { parseAddress } from './http/address.js'
import { DEFAULT_TIMEOUT, puppetCatalogOptions, type PuppetCatalogOptions } from './options.js'

const DEFAULT_ENVIRONMENT = 'production'

/** Puppet's rule for names; Puppet Server checks the same before it looks at anything else. */
function checkName(environment: string): void {
  if (/^\w+$/.test(environment)) return
  throw puppetError('puppet-environment-name', {
    message: `${JSON.stringify(environment)} is no name of an environment`,
    place: '--environment',
  })
}

async function openSource(
  options: PuppetCatalogOptions,
  host: Host,
  system: System,
): Promise<CatalogSource> {
  const path = (value: string | undefined): string | undefined =>
    value && resolve(host.baseDir, expandHome(value, system.home))
  const named = options.url === undefined ? undefined : parseAddress(options.url)
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
  const identity = await loadIdentity(files, system, host.clock.now())
  const warn = (message: string): void =>
    host.notice({ level: 'warning', code: 'puppet-srv-failed', message })

  return {
    async environment(name, { signal }) {
      const environment = name ?? DEFAULT_ENVIRONMENT
      checkName(environment)
      signal.throwIfAborted()
      const find = { service: PUPPET_SERVER, settings, system, random: host.random, warn }
      const servers = named === undefined ? await findServers(find) : [named]
      const timeout = (options.timeout ?? DEFAULT_TIMEOUT) * 1000
      return askServers({ environment, servers, identity, timeout, host, signal })
    },
  }
}

/**
 * The catalog source `puppet`: the environment API of Puppet 4.3 to 6. Opening it reads Choria's configuration and
 * the operator's identity; each `environment` is one request, as the server compiles anew for each.
 */
export function puppetCatalogOf(system: () => System): Provider<'catalog', PuppetCatalogOptions> {
  return {
    kind: 'catalog',
    name: 'puppet',
    summary: 'environment API of Puppet Server, Puppet 4.3 to 6',
    options: puppetCatalogOptions,
    open: (options, host) => openSource(options, host, system()),
  }
}

export const puppetCatalog = puppetCatalogOf(nodeSystem)
